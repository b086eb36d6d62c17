# Rules of one's own on what Cordon reports, for conftest and other engines that read Rego.
#
#   cordon check --range main..HEAD --format json | conftest test --parser json --policy policies/conftest -
#
# The input is one report, cordon.report/v1: docs/schema/report-v1.json tells each field.
package main

import rego.v1

# How many files an agent may change in one commit.
most_files := 20

# The agents that are expected here. Cordon's own policy says who is denied.
expected := {"claude-code", "github-copilot-cli"}

# Another text than a report, an older or a newer one: nothing below would find anything in it.
deny contains "this is no report of the version cordon.report/v1" if {
	not input.schema == "cordon.report/v1"
}

# In a pipe Cordon's own exit code is easily lost.
deny contains msg if {
	some unread in input.incomplete
	msg := sprintf("no verdict: %s", [unread.message])
}

deny contains msg if {
	some finding in input.findings
	finding.decision == "blocked"
	msg := sprintf("%s: %s", [finding.rule, finding.message])
}

deny contains msg if {
	some commit in input.commits
	by_agent(commit)
	# Null where nobody knows: of a message alone, and of what could not be read, which is no verdict.
	is_number(commit.files)
	commit.files > most_files
	msg := sprintf("%s: an agent changed %d files in one commit; %d are allowed", [
		shown(commit),
		commit.files,
		most_files,
	])
}

warn contains msg if {
	some commit in input.commits
	by_agent(commit)
	some agent in commit.agents
	not agent.id in expected
	msg := sprintf("%s: %s is not expected here", [shown(commit), agent.id])
}

# As Cordon itself judges: what only weak signs say of a commit, as the name of its branch, makes it no agent's.
by_agent(commit) if commit.kind in {"authored", "assisted"}

# A commit by its id, which the one that is being made does not have yet.
shown(commit) := substring(commit.id, 0, 10) if is_string(commit.id)

shown(commit) := "the staged change" if not is_string(commit.id)
