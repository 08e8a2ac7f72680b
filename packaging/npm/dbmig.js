#!/usr/bin/env node
// Runs the program of this machine's platform package, with the same arguments, streams and exit code.
// For scripts that call it often: node costs 50 ms a call; the program itself is what --print-path names.
"use strict";
const { spawn } = require("child_process");
const os = require("os");

const platform = `${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`@dbmig/${platform}/bin/dbmig`);
} catch (error) {
  console.error(
    `dbmig: the package @dbmig/${platform} is not installed. It is an optional dependency: install ` +
      `without --omit=optional (--no-optional), or see whether there is a build for ${platform}.`,
  );
  process.exit(3);
}
if (process.argv[2] === "--print-path" && process.argv.length === 3) {
  console.log(program);
  process.exit(0);
}
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// A terminal sends its signals to both; what is sent to this process alone goes on to the program.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
child.on("error", (error) => {
  console.error(`dbmig: could not run ${program}: ${error.message}`);
  process.exit(3);
});
child.on("exit", (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
