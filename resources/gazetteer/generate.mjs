// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// generate.mjs CITIES.TXT AIRPORTS-DIRECTORY PLACES.BIN: writes the file that README.md describes.

import fs from 'node:fs';
import path from 'node:path';
import {regionNames} from './regionnames.mjs';

const formatVersion = 1;
const headerBytes = 32;
const regionBytes = 8;
const placeBytes = 24;
const checksumOffset = 24;
const unitsPerDegree = 1e7;
const kinds = {locality: 0, large_airport: 1, medium_airport: 2};

// Historical, abandoned and destroyed settlements: nobody can be sent there.
const featureCodesLeftOut = new Set(['PPLH', 'PPLCH', 'PPLQ', 'PPLW']);

function readCities(file) {
    const places = [];
    for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
        const fields = line.split('\t');
        if (line === '' || featureCodesLeftOut.has(fields[7])) {
            continue;
        }
        places.push({
            kind: kinds.locality,
            id: Number(fields[0]),
            name: fields[1],
            latitude: Number(fields[4]),
            longitude: Number(fields[5]),
            country: fields[8],
            regionCode: fields[10],
            population: Number(fields[14]),
        });
    }
    return places;
}

function readJson(directory, name) {
    return JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8'));
}

function readAirports(directory) {
    return readJson(directory, 'airports.json').filter((row) => row.type in kinds).map((row) => ({
        kind: kinds[row.type],
        id: row.ident,
        name: row.name,
        latitude: Number(row.latitude_deg),
        longitude: Number(row.longitude_deg),
        country: row.iso_country,
        isoRegion: row.iso_region,
        population: 0,
    }));
}

function isAssigned(region) {
    return !region.code.endsWith('-U-A');
}

// Position on the Hilbert curve through 65,536 x 65,536 cells of the map: neighbours on the curve
// are neighbours on the earth.
function hilbertIndex(place) {
    let x = Math.min(65535, Math.floor((place.longitude + 180) / 360 * 65536));
    let y = Math.min(65535, Math.floor((place.latitude + 90) / 180 * 65536));
    let index = 0;
    for (let side = 32768; side >= 1; side /= 2) {
        const right = (x & side) !== 0 ? 1 : 0;
        const upper = (y & side) !== 0 ? 1 : 0;
        index = index * 4 + ((3 * right) ^ upper);
        if (upper === 0) {
            if (right === 1) {
                x = 65535 - x;
                y = 65535 - y;
            }
            [x, y] = [y, x];
        }
    }
    return index;
}

function compareIds(a, b) {
    if (a.kind !== b.kind) {
        return a.kind - b.kind;
    }
    return a.id < b.id ? -1 : 1;
}

// Hands out an offset for each different text; offset 0 is the empty text.
class TextTable {
    constructor() {
        this.offsets = new Map();
        this.parts = [];
        this.size = 0;
        this.offset('');
    }

    offset(text) {
        if (!this.offsets.has(text)) {
            const bytes = Buffer.from(text, 'utf8');
            if (bytes.length > 255) {
                throw new Error(`longer than 255 bytes: ${text}`);
            }
            this.offsets.set(text, this.size);
            this.parts.push(Buffer.from([bytes.length]), bytes);
            this.size += 1 + bytes.length;
        }
        return this.offsets.get(text);
    }
}

// Hands out a number for each different pair of country and region.
class RegionTable {
    constructor() {
        this.numbers = new Map();
        this.rows = [];
    }

    number(country, region) {
        const key = `${country}\n${region}`;
        if (!this.numbers.has(key)) {
            this.numbers.set(key, this.rows.length);
            this.rows.push([country, region]);
        }
        return this.numbers.get(key);
    }
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

function encode(places) {
    const texts = new TextTable();
    const regions = new RegionTable();
    const rows = Buffer.alloc(places.length * placeBytes);
    places.forEach((place, index) => {
        const at = index * placeBytes;
        rows.writeInt32LE(Math.round(place.latitude * unitsPerDegree), at);
        rows.writeInt32LE(Math.round(place.longitude * unitsPerDegree), at + 4);
        rows.writeUInt32LE(place.population, at + 8);
        const id = place.kind === kinds.locality ? place.id : texts.offset(place.id);
        rows.writeUInt32LE(id, at + 12);
        rows.writeUInt32LE(texts.offset(place.name), at + 16);
        rows.writeUInt16LE(regions.number(place.countryName, place.regionName), at + 20);
        rows.writeUInt8(place.kind, at + 22);
    });
    const regionRows = Buffer.alloc(regions.rows.length * regionBytes);
    regions.rows.forEach(([country, region], index) => {
        regionRows.writeUInt32LE(texts.offset(country), index * regionBytes);
        regionRows.writeUInt32LE(texts.offset(region), index * regionBytes + 4);
    });
    const header = Buffer.alloc(headerBytes);
    header.write('HERD-GAZ', 0, 'latin1');
    header.writeUInt32LE(formatVersion, 8);
    header.writeUInt32LE(places.length, 12);
    header.writeUInt32LE(regions.rows.length, 16);
    header.writeUInt32LE(texts.size, 20);
    const file = Buffer.concat([header, regionRows, rows, ...texts.parts]);
    file.writeUInt32LE(checksum(file), checksumOffset);
    return file;
}

function main(citiesFile, airportsDirectory, outputFile) {
    const cities = readCities(citiesFile);
    const airports = readAirports(airportsDirectory);
    const countries = new Map(
        readJson(airportsDirectory, 'countries.json').map((row) => [row.code, row.name]));
    const assignedRegions = readJson(airportsDirectory, 'regions.json').filter(isAssigned);
    const isoNames = new Map(assignedRegions.map((row) => [row.code, row.name]));
    const geonamesRegions = regionNames(cities, airports, isoNames);

    for (const city of cities) {
        city.regionName = geonamesRegions.get(`${city.country}.${city.regionCode}`) ?? '';
    }
    for (const airport of airports) {
        airport.regionName = isoNames.get(airport.isoRegion) ?? '';
    }
    const places = [...cities, ...airports];
    for (const place of places) {
        place.countryName = countries.get(place.country) ?? '';
        place.curve = hilbertIndex(place);
    }
    places.sort((a, b) => a.curve - b.curve || compareIds(a, b));
    fs.writeFileSync(outputFile, encode(places));

    const named = cities.filter((city) => city.regionName !== '').length;
    console.log(`${cities.length} populated places, ${named} of them with a region's name, ` +
        `${airports.length} airports`);
}

main(...process.argv.slice(2));
