#!/usr/bin/env python3
"""How many of labelled texts `cordon scan` finds a secret in.

    scripts/bench/recall.py VECTORS.jsonl.gz path/to/cordon

Each line of VECTORS is a JSON object: `source` and `rule` (whose example it is), `text`, `expect` (whether
it holds a secret), and maybe `path` (what the file is called). A text is a file of its own, and any
finding in it is a hit, whatever the detector. The figures are no verdict: the exit code is 0 for any.
"""

import collections
import gzip
import json
import os
import subprocess
import sys
import tempfile

WORST = 40


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(rows, folder):
    """One file for each row, in a folder of its own so that its name can be kept; path -> number."""
    numbers = {}
    for number, row in enumerate(rows):
        name = os.path.basename(row.get("path") or "") or "vector.txt"
        path = f"{number // 1000:03}/{number:05}/{name}"
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as file:
            file.write(row["text"])
        numbers[number] = path
    return numbers


def found(cordon, folder):
    """The numbers of the texts with a finding, by the folder that holds each."""
    out = subprocess.run(
        [cordon, "scan", folder, "--format", "json"],
        cwd=folder, capture_output=True, check=False,
    )
    if out.returncode not in (0, 1):
        sys.exit(f"cordon scan: exit code {out.returncode}\n{out.stderr.decode(errors='replace')}")
    hits = set()
    for finding in json.loads(out.stdout)["findings"]:
        folders = finding["path"].split("/")
        hits.add(int(folders[-2]))
    return hits


def share(part, whole):
    return 100 * part / whole if whole else 0.0


def show(rows, hits):
    rules = collections.defaultdict(lambda: [0, 0])
    negatives = collections.defaultdict(lambda: [0, 0])
    for number, row in enumerate(rows):
        table = rules if row["expect"] else negatives
        counts = table[row["source"], row["rule"]]
        counts[0] += number in hits
        counts[1] += 1
    print(f"the {WORST} worst rules by recall")
    worst = sorted(rules.items(), key=lambda item: (share(*item[1]), -item[1][1], item[0]))
    for (source, rule), (hit, all_) in worst[:WORST]:
        print(f"  {share(hit, all_):5.1f} %  {hit:4} of {all_:4}  {source}/{rule}")
    print("the rules with the most negatives flagged")
    for (source, rule), (hit, all_) in sorted(negatives.items(), key=lambda item: (-item[1][0], item[0]))[:15]:
        print(f"  {hit:4} of {all_:4}  {source}/{rule}")
    for source in sorted({source for source, _ in rules}) + [None]:
        own = [counts for (one, _), counts in rules.items() if source in (None, one)]
        false = [counts for (one, _), counts in negatives.items() if source in (None, one)]
        by_rule = sum(share(*counts) for counts in own) / len(own)
        by_vector = share(sum(hit for hit, _ in own), sum(all_ for _, all_ in own))
        flagged, of = sum(hit for hit, _ in false), sum(all_ for _, all_ in false)
        print(
            f"{source or 'all':12} recall by rule {by_rule:5.1f} % ({len(own)} rules), by vector"
            f" {by_vector:5.1f} %; negatives flagged {share(flagged, of):5.1f} % ({flagged} of {of})"
        )


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: recall.py VECTORS.jsonl.gz path/to/cordon")
    rows = read(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        write(rows, folder)
        hits = found(os.path.abspath(sys.argv[2]), folder)
    show(rows, hits)


if __name__ == "__main__":
    main()
