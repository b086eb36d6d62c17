#!/usr/bin/env python3
"""Says what the GitLab component becomes: scripts/component.py FOLDER [INPUT=VALUE]…

Writes FOLDER/gitlab-ci.yml, the jobs as GitLab makes them of the defaults and the given inputs, and FOLDER/NAME.sh, the
script of each. The validators read these: they know neither `spec` nor `$[[ inputs.… ]]`.
"""

import pathlib
import re
import sys

import yaml

TEMPLATE = pathlib.Path(__file__).parent.parent / "templates/cordon.yml"
BLOCK = re.compile(r"\$\[\[ inputs\.([a-z-]+) \]\]")


def filled(node, inputs):
    """The node with values in the place of its blocks; a block that is all of a text keeps its value's type."""
    if isinstance(node, dict):
        return {filled(key, inputs): filled(value, inputs) for key, value in node.items()}
    if isinstance(node, list):
        return [filled(value, inputs) for value in node]
    if not isinstance(node, str):
        return node
    if whole := BLOCK.fullmatch(node):
        return inputs[whole[1]]
    shown = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in inputs.items()}
    return BLOCK.sub(lambda block: shown[block[1]], node)


def main():
    folder = pathlib.Path(sys.argv[1])
    spec, jobs = yaml.safe_load_all(TEMPLATE.read_text(encoding="utf-8"))
    given = dict(pair.split("=", 1) for pair in sys.argv[2:])
    declared = spec["spec"]["inputs"]
    inputs = {name: given.get(name, meta.get("default")) for name, meta in declared.items()}
    missing = [name for name, value in inputs.items() if value is None] + sorted(given.keys() - declared.keys())
    if missing:
        sys.exit(f"inputs that are missing or not known: {', '.join(missing)}")
    jobs = filled(jobs, inputs)
    for name, job in jobs.items():
        (folder / f"{name}.sh").write_text("\n".join(job["script"]), encoding="utf-8")
    (folder / "gitlab-ci.yml").write_text(yaml.safe_dump(jobs, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
