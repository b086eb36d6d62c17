#!/usr/bin/env bash
# Holds what a program of Cordon writes to the schemas of those who read it.
#
#   scripts/validate-formats.sh path/to/cordon
#
# It makes repositories full of hostile text, judges them, and validates: the JSON report, policies and the
# schemas themselves by docs/schema/; SARIF by the standard's schema and by Microsoft's multitool with GitHub's
# rules; GitLab's two formats by tests/formats/*.schema.json; JUnit by Jenkins' schema; the ruleset to copy by
# GitHub's description of its API. Each validator must also refuse a broken copy, so that none passes for want of
# looking. scripts/setup.sh brings the validators.
#
# Exit 0: all are valid. 1: what was printed is not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cordon=$(realpath "${1:?usage: $0 path/to/cordon}")
bin=$PWD/target/validators/bin
multitool=$PWD/target/look/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# reports NAME CODE ARGUMENT…: all formats of one check, into a folder of that name. The date is that of the
# repositories, whose waiver ends.
reports() {
  local name=$1 wanted=$2 outputs=() format code=0
  shift 2
  mkdir "$scratch/$name"
  for format in json jsonl sarif gitlab-codequality gitlab-secrets junit html; do
    outputs+=(--output "$format=$scratch/$name/$format")
  done
  "$cordon" check --as-of 2026-11-26 "$@" "${outputs[@]}" >/dev/null 2>&1 || code=$?
  if [ "$code" != "$wanted" ]; then
    printf 'cordon check %s: exit code %s instead of %s\n' "$*" "$code" "$wanted"
    exit 1
  fi
}

schema() { "$bin/check-jsonschema" -q --schemafile "$1" "${@:2}"; }

# The default reading of patterns refuses the standard's own.
sarif_schema() { "$bin/check-jsonschema" -q --regex-variant python --schemafile target/schemas/sarif.json "$1"; }

# The multitool's exit code is always 0: what it found stands in a log of its own. It looks at no file whose name
# does not end so. The one warning that is let through asks for the address of a home page; there is none yet.
sarif_tool() {
  rm -f "$scratch/found.sarif"
  cp "$1" "$scratch/report.sarif"
  "$multitool" validate "$scratch/report.sarif" --output "$scratch/found.sarif" --log ForceOverwrite \
    --level 'Error;Warning' --rule-kind 'Sarif;Gh' >"$scratch/multitool.log" 2>&1
  grep -q '^Done. 1 files scanned' "$scratch/multitool.log" || { cat "$scratch/multitool.log"; return 1; }
  "$bin/python" - "$scratch/found.sarif" <<'PYTHON'
import json, sys

(run,) = json.load(open(sys.argv[1], encoding="utf-8-sig"))["runs"]
found = [it for it in run["results"] if it["ruleId"] != "SARIF2005"]
for it in found:
    print(it["ruleId"], it.get("level", "warning"), json.dumps(it["message"]), json.dumps(it["locations"])[:300])
(invocation,) = run["invocations"]
sys.exit(0 if invocation["executionSuccessful"] and not found else 1)
PYTHON
}

junit() { "$bin/xmlschema-validate" --schema target/schemas/junit.xsd "$1"; }

# valid WHAT COMMAND…
valid() {
  if "${@:2}" >"$scratch/log" 2>&1; then
    printf 'valid: %s\n' "$1"
  else
    printf 'NOT VALID: %s\n' "$1"
    head -c 3000 "$scratch/log"
    failed=1
  fi
}

# refused WHAT OLD NEW FILE COMMAND…: a copy of FILE in which the first OLD is NEW is not valid.
refused() {
  local what=$1 old=$2 new=$3 file=$4
  shift 4
  "$bin/python" - "$old" "$new" "$file" "$scratch/broken" <<'PYTHON'
import sys

old, new, file, broken = sys.argv[1:]
text = open(file, encoding="utf-8").read()
assert old in text, old
open(broken, "w", encoding="utf-8").write(text.replace(old, new, 1))
PYTHON
  if "$@" "$scratch/broken" >"$scratch/log" 2>&1; then
    printf 'NOT REFUSED: %s\n' "$what"
    failed=1
  else
    printf 'refused: %s\n' "$what"
  fi
}

scripts/formats/repositories.sh "$scratch/repositories"
found=$scratch/repositories/found
git clone -q --depth 1 "file://$found" "$scratch/repositories/shallow"
reports found 1 --repo "$found" --range base..HEAD
reports whole 1 --repo "$found" --all
reports staged 0 --repo "$scratch/repositories/clean" --staged
reports clean 0 --repo "$scratch/repositories/clean" --range base..HEAD
reports unread 2 --repo "$scratch/repositories/shallow" --all

valid "the schemas themselves" "$bin/check-jsonschema" -q --check-metaschema docs/schema/*.json tests/formats/*.schema.json
valid "policies" schema docs/schema/policy-v1.json "$found/.cordon.yml" policies/default.yml policies/packs/*.yml
valid "a ruleset" schema target/schemas/ruleset.json policies/example-org/.github/ruleset.json
valid "tests of policies" schema docs/schema/policy-tests-v1.json policies/packs/tests/*.yml
"$cordon" explain --repo "$found" HEAD --format json >"$scratch/explanation" 2>/dev/null || true
valid "an explanation" schema docs/schema/explain-v1.json "$scratch/explanation"
for name in found whole staged clean unread; do
  made=$scratch/$name
  valid "json, $name" schema docs/schema/report-v1.json "$made/json"
  valid "sarif by its schema, $name" sarif_schema "$made/sarif"
  valid "sarif by the multitool, $name" sarif_tool "$made/sarif"
  valid "gitlab-codequality, $name" schema tests/formats/gitlab-codequality.schema.json "$made/gitlab-codequality"
  valid "gitlab-secrets, $name" schema tests/formats/gitlab-secrets.schema.json "$made/gitlab-secrets"
  valid "junit, $name" junit "$made/junit"
done

made=$scratch/found
refused "a schema of no type" '"type": "object"' '"type": "thing"' docs/schema/report-v1.json \
  "$bin/check-jsonschema" -q --check-metaschema
refused "a policy with a mode of its own" 'mode: warn' 'mode: shout' "$found/.cordon.yml" \
  schema docs/schema/policy-v1.json --default-filetype yaml
refused "a ruleset without a workflow's repository" '"repository_id"' '"repository"' policies/example-org/.github/ruleset.json \
  schema target/schemas/ruleset.json
refused "an explanation without a policy" '"policy"' '"police"' "$scratch/explanation" schema docs/schema/explain-v1.json
refused "a report without a verdict" '"verdict"' '"verdikt"' "$made/json" schema docs/schema/report-v1.json
refused "sarif with a level of its own" '"level":"error"' '"level":"fatal"' "$made/sarif" sarif_schema
refused "sarif with a line 0" '"startLine":1' '"startLine":0' "$made/sarif" sarif_tool
refused "a row without a fingerprint" '"fingerprint"' '"fingerprinted"' "$made/gitlab-codequality" \
  schema tests/formats/gitlab-codequality.schema.json
refused "a secret of a severity of its own" '"Critical"' '"Huge"' "$made/gitlab-secrets" \
  schema tests/formats/gitlab-secrets.schema.json
refused "a suite with an element of its own" '<failure' '<flop' "$made/junit" junit
[ "$failed" = 0 ]
