// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// generate.mjs COUNTRIES.JSON OUTLINE.BIN: writes the file that README.md describes.

import fs from 'node:fs';

const formatVersion = 1;
const headerBytes = 48;
const checksumOffset = 24;
const unitsPerDegree = 1e7;

// The numbers of arcs in a geometry, however deep its lists are nested.
function arcNumbers(geometry) {
    if (geometry.type === 'GeometryCollection') {
        return geometry.geometries.flatMap(arcNumbers);
    }
    return geometry.arcs.flat(Infinity);
}

// The rings of a geometry, each a list of arcs.
function rings(geometry) {
    switch (geometry.type) {
        case 'GeometryCollection':
            return geometry.geometries.flatMap(rings);
        case 'MultiPolygon':
            return geometry.arcs.flat();
        case 'Polygon':
            return geometry.arcs;
        default:
            throw new Error(`a geometry of type ${geometry.type}`);
    }
}

class ByteWriter {
    constructor() {
        this.bytes = [];
    }

    // Seven bits a byte, lowest first; the top bit says that more follow.
    number(value) {
        if (!Number.isInteger(value) || value < 0 || value >= 2 ** 31) {
            throw new Error(`${value} is no number of 31 bits`);
        }
        let rest = value;
        while (rest >= 128) {
            this.bytes.push(rest % 128 + 128);
            rest = Math.floor(rest / 128);
        }
        this.bytes.push(rest);
    }

    // 0, -1, 1, -2, 2 … become 0, 1, 2, 3, 4 …
    signed(value) {
        this.number(value < 0 ? -2 * value - 1 : 2 * value);
    }
}

// A border is where two countries meet; each of them has the arc in its outline.
function borders(countries) {
    const uses = new Map();
    for (const number of arcNumbers(countries)) {
        const arc = number < 0 ? ~number : number;
        uses.set(arc, (uses.get(arc) ?? 0) + 1);
    }
    return new Set([...uses].filter(([, count]) => count > 1).map(([arc]) => arc));
}

// FNV-1a, 32 bits, over all bytes but those of the checksum itself.
function checksum(file) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < file.length; ++i) {
        if (i < checksumOffset || i >= checksumOffset + 4) {
            hash = Math.imul(hash ^ file[i], 0x01000193);
        }
    }
    return hash >>> 0;
}

function main(countriesFile, outputFile) {
    const topology = JSON.parse(fs.readFileSync(countriesFile, 'utf8'));
    const {scale, translate} = topology.transform;
    const bordering = borders(topology.objects.countries);
    const landRings = rings(topology.objects.land);

    const body = new ByteWriter();
    let steps = 0;
    let points = 0;
    topology.arcs.forEach((arc, number) => {
        body.number(2 * arc.length + (bordering.has(number) ? 1 : 0));
        points += arc.length;
        let x = 0;
        let y = 0;
        for (const [dx, dy] of arc) {
            body.signed(dx);
            body.signed(dy);
            x += dx;
            y += dy;
            steps = Math.max(steps, x, y);
        }
    });
    for (const ring of landRings) {
        body.number(ring.length);
        for (const number of ring) {
            body.number(number < 0 ? 2 * ~number + 1 : 2 * number);
        }
    }

    const header = Buffer.alloc(headerBytes);
    header.write('HERD-MAP', 0, 'latin1');
    header.writeUInt32LE(formatVersion, 8);
    header.writeUInt32LE(topology.arcs.length, 12);
    header.writeUInt32LE(landRings.length, 16);
    header.writeUInt32LE(points, 20);
    header.writeUInt32LE(steps, 28);
    const degrees = (value) => Math.round(value * unitsPerDegree);
    header.writeInt32LE(degrees(translate[0]), 32);
    header.writeInt32LE(degrees(translate[1]), 36);
    header.writeInt32LE(degrees(translate[0] + steps * scale[0]), 40);
    header.writeInt32LE(degrees(translate[1] + steps * scale[1]), 44);
    const file = Buffer.concat([header, Buffer.from(body.bytes)]);
    file.writeUInt32LE(checksum(file), checksumOffset);
    fs.writeFileSync(outputFile, file);
    console.log(`${topology.arcs.length} lines, ${bordering.size} of them borders, ` +
        `${landRings.length} rings of land, ${points} points, ${file.length} bytes`);
}

main(...process.argv.slice(2));
