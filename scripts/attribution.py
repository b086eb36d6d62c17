#!/usr/bin/env python3
"""Counts which agents Cordon sees in whole histories, and on what evidence.

    scripts/attribution.py path/to/cordon [NAME=]REPOSITORY…
    scripts/attribution.py --doubtful path/to/cordon [NAME=]REPOSITORY…
    scripts/attribution.py --identities path/to/cordon [NAME=]REPOSITORY…

A repository is a work tree or a git directory; the whole history of its HEAD is judged. Without an
option the tables of docs/attribution.md are printed. `--doubtful` lists, instead, every commit in
which an agent has no declared evidence, `--identities` every distinct sign with its count, for
people to look at. `--reports FOLDER` keeps the reports there, and takes those that are there.

Only Python's own library, so that anyone can repeat it.
"""

import argparse
import collections
import json
import subprocess
import sys
import tempfile
from pathlib import Path

STRENGTHS = ["declared", "strong", "weak"]
KINDS = ["author", "committer", "trailer", "key", "mark", "note", "record", "branch"]


def main():
    arguments = parse()
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(arguments.reports or scratch)
        kept.mkdir(parents=True, exist_ok=True)
        histories = [History(arguments.cordon, given, kept) for given in arguments.repositories]
    if arguments.doubtful:
        print_doubtful(histories)
    elif arguments.identities:
        print_identities(histories)
    else:
        print_repositories(histories)
        print()
        print_agents(histories)


def parse():
    parser = argparse.ArgumentParser(description="Counts which agents Cordon sees in histories.")
    parser.add_argument("cordon", type=lambda path: Path(path).resolve(strict=True))
    parser.add_argument("repositories", nargs="+", metavar="[NAME=]REPOSITORY")
    parser.add_argument("--reports", metavar="FOLDER", help="where the reports are kept")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--doubtful", action="store_true", help="list commits, not tables")
    which.add_argument("--identities", action="store_true", help="list signs, not tables")
    return parser.parse_args()


class History:
    """One repository, and what Cordon reports of its commits."""

    def __init__(self, cordon, given, kept):
        name, equals, path = given.rpartition("=")
        self.path = Path(path)
        self.name = name if equals else self.path.resolve().name
        self.head = self.git("rev-parse", "HEAD")
        report = kept / f"{self.name.replace('/', '+')}.json"
        if not report.exists():
            check(cordon, self.path, report)
        whole = json.loads(report.read_text())
        if whole["range"]["head"] != self.head:
            sys.exit(f"{report}: made of another commit than {self.head}")
        self.commits = whole["commits"]
        if len(self.commits) != int(self.git("rev-list", "--count", "HEAD")):
            sys.exit(f"{self.name}: the report lacks commits")
        self.attributed = [commit for commit in self.commits if commit["agents"]]

    def git(self, *arguments):
        command = ["git", "-C", str(self.path), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def years(self):
        """The first and the last month in which something was committed."""
        months = self.git("log", "--format=%cd", "--date=format:%Y-%m").split("\n")
        return min(months), max(months)

    def before(self, day):
        """The ids of the commits that were committed before a day."""
        return set(self.git("log", f"--before={day}T00:00:00Z", "--format=%H").split())


def check(cordon, repository, report):
    """2 is right too: an object that the copy lacks hides a change, never a commit's message."""
    command = [cordon, "check", "--all", "-q", "--repo", repository]
    made = report.with_suffix(".part")
    done = subprocess.run([*command, "--output", f"json={made}"], capture_output=True, text=True)
    if done.returncode > 2 or not made.exists():
        sys.exit(f"{repository}: exit code {done.returncode}\n{done.stderr}")
    made.rename(report)


def strongest(claim):
    """What an agent's part in a commit rests on."""
    strengths = {sign["strength"] for sign in claim["evidence"]}
    return next(strength for strength in STRENGTHS if strength in strengths)


def print_repositories(histories):
    print("| repository | up to | from | to | commits | before 2023 | attributed | agents |")
    print("| --- | --- | --- | --- | --: | --: | --: | --- |")
    for history in histories:
        first, last = history.years()
        old = history.before("2023-01-01")
        early = sum(commit["id"] in old for commit in history.attributed)
        agents = collections.Counter(
            claim["id"] for commit in history.attributed for claim in commit["agents"]
        )
        named = ", ".join(f"{agent} {count:,}" for agent, count in agents.most_common())
        print(
            f"| {history.name} | `{history.head[:10]}` | {first} | {last} | {len(history.commits):,}"
            f" | {len(old):,} ({early} attributed) | {len(history.attributed):,} | {named or '–'} |"
        )


def print_agents(histories):
    """By agent: in how many commits each strength is the best, and each kind is there."""
    repositories = collections.defaultdict(set)
    counts = collections.defaultdict(collections.Counter)
    for history in histories:
        for commit in history.attributed:
            for claim in commit["agents"]:
                repositories[claim["id"]].add(history.name)
                counts[claim["id"]]["commits"] += 1
                counts[claim["id"]][strongest(claim)] += 1
                counts[claim["id"]].update({sign["kind"] for sign in claim["evidence"]})
    seen = set().union(*counts.values())
    columns = ["commits", *STRENGTHS, *(kind for kind in KINDS if kind in seen)]
    print(f"| agent | repositories | {' | '.join(columns)} |")
    print(f"| --- | --: | {' | '.join('--:' for _ in columns)} |")
    for agent, count in sorted(counts.items(), key=lambda row: (-row[1]["commits"], row[0])):
        figures = " | ".join(f"{count[column]:,}" for column in columns)
        print(f"| {agent} | {len(repositories[agent])} | {figures} |")


def shown(sign):
    value = sign["value"].split("\n")[0]
    return f"{sign['kind']} {sign['key'] + ': ' if sign['key'] else ''}{value}"


def print_doubtful(histories):
    for history in histories:
        for commit in history.attributed:
            for claim in commit["agents"]:
                if strongest(claim) == "declared":
                    continue
                signs = " | ".join(shown(sign) for sign in claim["evidence"])
                row = [history.name, commit["id"], claim["id"], strongest(claim)]
                print(*row, commit["subject"], signs, sep="\t")


def print_identities(histories):
    counts = collections.Counter()
    for history in histories:
        for commit in history.attributed:
            for claim in commit["agents"]:
                signs = {(sign["strength"], shown(sign)) for sign in claim["evidence"]}
                counts.update((claim["id"], *sign) for sign in signs)
    for (agent, strength, sign), count in sorted(counts.items()):
        print(count, agent, strength, sign, sep="\t")


main()
