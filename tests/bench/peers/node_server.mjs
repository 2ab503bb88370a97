// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// IAMAT on Node's net module, for comparing: one process without links, journal or log. Prints
// `ready name=NAME client=PORT` and runs until it is killed.

import net from "node:net";

const name = process.argv[2] ?? "Bench";
const second = 1_000_000_000;
const futureSkewSeconds = 300;
const lineBytesMax = 4096;
const position = /^([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)$/;
const time = /^(\d{1,10})(?:\.(\d{1,9}))?$/;

// Nanoseconds since 1970 do not fit a double: seconds and the rest are kept apart.
const startWallMs = Date.now();
const startMonotonic = process.hrtime();

function now() {
  const [seconds, rest] = process.hrtime(startMonotonic);
  const startSeconds = Math.floor(startWallMs / 1000);
  const nanoseconds = (startWallMs % 1000) * 1_000_000 + rest;
  const carry = nanoseconds >= second ? 1 : 0;
  return { seconds: startSeconds + seconds + carry, rest: nanoseconds - carry * second };
}

function compare(a, b) {
  return a.seconds - b.seconds || a.rest - b.rest;
}

function isNewer(stamp, known) {
  const order = compare(stamp.order, known.order) || compare(stamp.rx, known.rx);
  if (order !== 0) {
    return order > 0;
  }
  return stamp.position > known.position ||
    (stamp.position === known.position && stamp.text > known.text);
}

function diffText(rx, at) {
  let seconds = rx.seconds - at.seconds;
  let rest = rx.rest - at.rest;
  const negative = seconds < 0 || (seconds === 0 && rest < 0);
  if (negative) {
    seconds = -seconds;
    rest = -rest;
  }
  if (rest < 0) {
    seconds -= 1;
    rest += second;
  }
  return `${negative ? "-" : "+"}${seconds}.${String(rest).padStart(9, "0")}`;
}

const stamps = new Map();

function isPosition(text) {
  const match = position.exec(text);
  return match !== null && Math.abs(Number(match[1])) <= 90 && Math.abs(Number(match[2])) <= 180;
}

function answer(line, rx) {
  const fields = line.split(/[ \t\r\n\f\v]+/).filter((field) => field !== "");
  if (fields.length === 0) {
    return "";
  }
  const [command, client, where, text] = fields;
  const match = fields.length === 4 && command === "IAMAT" && isPosition(where) && time.exec(text);
  if (!match) {
    return `? ${line.replace(/\r$/, "")}\n`;
  }
  const at = { seconds: Number(match[1]), rest: Number((match[2] ?? "").padEnd(9, "0")) };
  const ahead = { seconds: rx.seconds + futureSkewSeconds, rest: rx.rest };
  const order = compare(at, ahead) > 0 ? rx : at;
  const stamp = { order, rx, position: where, text };
  const known = stamps.get(client);
  if (known === undefined || isNewer(stamp, known)) {
    stamps.set(client, stamp);
  }
  return `AT ${name} ${diffText(rx, at)} ${client} ${where} ${text}\n`;
}

const server = net.createServer({ noDelay: true }, (socket) => {
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("error", () => socket.destroy());
  socket.on("data", (data) => {
    const rx = now();
    const lines = (rest + data).split("\n");
    rest = lines.pop();
    socket.write(lines.map((line) => answer(line, rx)).join(""), "latin1");
    if (rest.length > lineBytesMax) {
      socket.end("? line too long\n");
    }
  });
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  console.log(`ready name=${name} client=${server.address().port}`);
});
