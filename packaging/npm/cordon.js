#!/usr/bin/env node
// Starts the program that the package for this platform holds, with the same arguments, streams and environment,
// and ends as it ends. Nothing is downloaded, and nothing runs when the package is installed.
"use strict";

const { spawn } = require("node:child_process");
const { isatty } = require("node:tty");

// Cordon's own code for no verdict: a check that could not run is never a pass.
const INCOMPLETE = 2;

// What ends a program, and is handed on.
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

function giveUp(text) {
  process.stderr.write(`cordon: ${text}\n`);
  process.exit(INCOMPLETE);
}

function program() {
  const name = `git-cordon-${process.platform}-${process.arch}`;
  try {
    return require.resolve(`${name}/bin/cordon`);
  } catch {
    return giveUp(
      `the package ${name} is not here: either there is no build for this platform, ` +
        "or optional dependencies were left out when git-cordon was installed",
    );
  }
}

const child = spawn(program(), process.argv.slice(2), { stdio: "inherit" });
// A terminal's Ctrl-C reaches the program by itself, and a second one would end it before it has cleaned up.
// (Asked by number: `process.stdin` would take the stream over, and a pipe would no longer wait.)
const terminal = [0, 1, 2].some(isatty);
const forward = (signal) => {
  if (signal !== "SIGINT" || !terminal) child.kill(signal);
};
for (const signal of SIGNALS) process.on(signal, forward);
child.on("error", (error) => giveUp(`cannot start ${child.spawnfile}: ${error.message}`));
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  // Whoever waits for this process must see how the program ended.
  for (const own of SIGNALS) process.removeListener(own, forward);
  process.kill(process.pid, signal);
});
