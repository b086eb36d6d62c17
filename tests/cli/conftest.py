"""Stands in for conftest where it cannot be had: the same command, on the rules of package main that it asks.

conftest test [--parser json] --policy DIR FILE, where FILE is - for what comes in.
As conftest does, it prints what is denied and warned of, and exits with 1 where something is denied.
"""

import argparse
import json
import pathlib
import sys

from regopy import Interpreter

parser = argparse.ArgumentParser()
parser.add_argument("command", choices=["test"])
parser.add_argument("--parser", choices=["json"])
parser.add_argument("--policy", required=True, type=pathlib.Path)
parser.add_argument("file")
arguments = parser.parse_args()

rego = Interpreter()
modules = sorted(arguments.policy.glob("*.rego"))
assert modules, "no rule"
for module in modules:
    rego.add_module(module.name, module.read_text(encoding="utf-8"))
text = sys.stdin.read() if arguments.file == "-" else pathlib.Path(arguments.file).read_text(encoding="utf-8")
rego.set_input(json.loads(text))


def told(rule):
    """The messages of a rule."""
    (messages,) = json.loads(str(rego.query(f"data.main.{rule}")))["expressions"]
    return messages


denied, warned = told("deny"), told("warn")
for message in warned:
    print(f"WARN - {arguments.file} - main - {message}")
for message in denied:
    print(f"FAIL - {arguments.file} - main - {message}")
sys.exit(1 if denied else 0)
