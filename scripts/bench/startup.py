"""Measures what startup.sh says. Only Python's own library, so that anyone can repeat it.

The commands take turns, so that a busy machine slows all of them alike, and medians are compared.
CPU time is user + system of the process and its children, from wait4.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = 3000
WARM_UP = 3


def isolated(home):
    """An environment in which nothing of the developer's Git configuration counts."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Dev",
        "GIT_AUTHOR_EMAIL": "dev@example.com",
        "GIT_COMMITTER_NAME": "Dev",
        "GIT_COMMITTER_EMAIL": "dev@example.com",
    }


def make_checkout(top, env):
    """FILES files in 60 folders, one commit, packed; then one line staged."""
    top.mkdir()
    for number in range(FILES):
        path = top / f"src/part{number % 60:02}/file{number:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"line {line} of file {number}\n" for line in range(40)))

    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=top, env=env, check=True, stdout=subprocess.DEVNULL)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "chore: three thousand files")
    git("repack", "-adq")
    changed = top / "src/part00/file0000.txt"
    changed.write_text(changed.read_text() + "one more line\n")
    git("add", ".")
    message = top / ".git/COMMIT_EDITMSG"
    message.write_text("fix: one more line\n\nIt was missing.\n")
    return message


def cpu_seconds(command, top, env, admitted):
    """Runs a command once and returns its CPU seconds. A code not in `admitted` ends everything."""
    with open(os.devnull) as nothing, tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=top, env=env, stdin=nothing, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in admitted:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace"))
            sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def main():
    program = str(Path(sys.argv[1]).resolve())
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 41
    with tempfile.TemporaryDirectory() as scratch:
        env = isolated(scratch)
        top = Path(scratch, "checkout")
        message = make_checkout(top, env)
        git = "git diff --cached --quiet"
        commands = {
            # 1: something is staged.
            git: (git.split(), {1}),
            "cordon check --staged": ([program, "check", "--staged"], {0}),
            "cordon hook commit-msg": ([program, "hook", "commit-msg", str(message)], {0}),
        }
        times = {name: [] for name in commands}
        for turn in range(WARM_UP + runs):
            for name, (command, admitted) in commands.items():
                seconds = cpu_seconds(command, top, env, admitted)
                if turn >= WARM_UP:
                    times[name].append(seconds)
    base = statistics.median(times[git])
    print(f"{FILES} files, {runs} runs each, CPU time (user + system), medians")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        low, _, high = statistics.quantiles(seconds, n=4)
        print(
            f"{name:<28} {median * 1000:7.2f} ms"
            f"  (quartiles {low * 1000:.2f} to {high * 1000:.2f})  {median / base:5.2f} x git"
        )


main()
