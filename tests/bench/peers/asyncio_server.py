#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT
"""IAMAT on asyncio's transports and protocols, with its own loop or uvloop's: for comparing.

One process without links, journal or log. Prints `ready name=NAME client=PORT` and runs until it
is killed.
"""

import argparse
import asyncio
import re
import time

SECOND = 1_000_000_000
FUTURE_SKEW = 300 * SECOND
LINE_BYTES_MAX = 4096
POSITION = re.compile(rb"([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)")
TIME = re.compile(rb"(\d{1,10})(?:\.(\d{1,9}))?")


def nanoseconds(text):
    """POSIX seconds as text to whole nanoseconds; None for any other text."""
    match = TIME.fullmatch(text)
    if match is None:
        return None
    return int(match[1]) * SECOND + int((match[2] or b"").ljust(9, b"0"))


def is_position(text):
    match = POSITION.fullmatch(text)
    return match is not None and abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180


class Client(asyncio.Protocol):
    """One connection: answers all lines of a piece with one write."""

    def __init__(self, name, stamps):
        self.name = name
        self.stamps = stamps
        self.rest = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        rx = time.time_ns()
        *lines, self.rest = (self.rest + data).split(b"\n")
        self.transport.write(b"".join([self.answer(line, rx) for line in lines]))
        if len(self.rest) > LINE_BYTES_MAX:
            self.transport.write(b"? line too long\n")
            self.transport.close()

    def answer(self, line, rx):
        fields = line.split()
        if not fields:
            return b""
        if len(fields) == 4 and fields[0] == b"IAMAT" and is_position(fields[2]):
            client_time = nanoseconds(fields[3])
            if client_time is not None:
                return self.heard(fields, client_time, rx)
        return b"? " + line.rstrip(b"\r") + b"\n"

    def heard(self, fields, client_time, rx):
        _, client, position, text = fields
        diff = rx - client_time
        order = rx if -diff > FUTURE_SKEW else client_time
        key = (order, rx, position, text)
        known = self.stamps.get(client)
        if known is None or known < key:
            self.stamps[client] = key
        seconds, rest = divmod(abs(diff), SECOND)
        sign = b"-" if diff < 0 else b"+"
        return b"AT %s %s%d.%09d %s %s %s\n" % (
            self.name, sign, seconds, rest, client, position, text)


async def serve(name):
    stamps = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Client(name.encode(), stamps), "127.0.0.1", 0, backlog=4096)
    port = server.sockets[0].getsockname()[1]
    print(f"ready name={name} client={port}", flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="Bench")
    parser.add_argument("--uvloop", action="store_true")
    options = parser.parse_args()
    if options.uvloop:
        import uvloop

        uvloop.install()
    asyncio.run(serve(options.name))


if __name__ == "__main__":
    main()
