#!/usr/bin/env node
// Makes the npm packages of a release from its unpacked archives: one for each platform with the program, and
// git-cordon, whose optional dependencies they are. Called by scripts/release/npm.sh:
//   packages.js VERSION REPOSITORY OUT TARGET=FOLDER…
// REPOSITORY may be empty. Each package is a folder below OUT, ready for `npm pack`.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const PLATFORMS = {
  "x86_64-unknown-linux-gnu": { os: "linux", cpu: "x64" },
  "aarch64-unknown-linux-gnu": { os: "linux", cpu: "arm64" },
  "x86_64-apple-darwin": { os: "darwin", cpu: "x64" },
  "aarch64-apple-darwin": { os: "darwin", cpu: "arm64" },
};

const [version, repository, out, ...builds] = process.argv.slice(2);

// What all packages say of themselves.
function manifest(name, description, more) {
  const known = repository ? { repository: { type: "git", url: `git+${repository}.git` } } : {};
  return { name, version, description, license: "Apache-2.0", ...known, ...more };
}

// Writes a package: its manifest, and files by their place in it, each with its mode.
function write(content, files) {
  const folder = path.join(out, content.name);
  fs.rmSync(folder, { recursive: true, force: true });
  for (const [place, from, mode] of files) {
    const to = path.join(folder, place);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(from, to);
    fs.chmodSync(to, mode);
  }
  fs.writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
}

const optionalDependencies = {};
for (const build of builds) {
  const [target, folder] = build.split(/=(.*)/s);
  const platform = PLATFORMS[target];
  if (!platform) throw new Error(`${target} is no target of a release`);
  const name = `git-cordon-${platform.os}-${platform.cpu}`;
  const content = manifest(name, `The program of git-cordon for ${platform.os} on ${platform.cpu}`, {
    os: [platform.os],
    cpu: [platform.cpu],
    files: ["bin/cordon"],
    // A program in an archive cannot be started.
    preferUnplugged: true,
  });
  write(content, [
    ["bin/cordon", path.join(folder, "cordon"), 0o755],
    ["LICENSE", path.join(folder, "LICENSE"), 0o644],
  ]);
  optionalDependencies[name] = version;
}

const first = builds[0].split(/=(.*)/s)[1];
const description = fs
  .readFileSync("Cargo.toml", "utf8")
  .match(/^description = "(.*)"$/m)[1];
const content = manifest("git-cordon", description, {
  bin: { cordon: "bin/cordon.js" },
  files: ["bin/cordon.js"],
  engines: { node: ">=18" },
  optionalDependencies,
});
write(content, [
  ["bin/cordon.js", path.join(__dirname, "cordon.js"), 0o755],
  ["LICENSE", path.join(first, "LICENSE"), 0o644],
  ["README.md", path.join(first, "README.md"), 0o644],
]);
