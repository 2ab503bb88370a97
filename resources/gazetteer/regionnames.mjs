// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// Which first-level region of GeoNames is which region of OurAirports? GeoNames numbers regions by
// ISO 3166-2 in some countries and by its own codes elsewhere; OurAirports uses ISO 3166-2 and has
// the names. README.md tells the method; what it cannot settle stays without a name.

const isoCountries = new Set(['US', 'CH', 'BE', 'ME']);
const neighbourhoodKilometres = 15;
const votesMin = 2;
const agreementMin = 0.9;

const earthRadiusKilometres = 6371.0088;
const radiansPerDegree = Math.PI / 180;

function distanceKilometres(a, b) {
    const halfLatitude = Math.sin((b.latitude - a.latitude) * radiansPerDegree / 2);
    const halfLongitude = Math.sin((b.longitude - a.longitude) * radiansPerDegree / 2);
    const haversine = halfLatitude ** 2 + Math.cos(a.latitude * radiansPerDegree) *
        Math.cos(b.latitude * radiansPerDegree) * halfLongitude ** 2;
    return 2 * earthRadiusKilometres * Math.asin(Math.sqrt(haversine));
}

// Places by one-degree cell, so that an airport looks only at its surroundings.
function makeCells(places) {
    const cells = new Map();
    for (const place of places) {
        const key = `${Math.floor(place.latitude)},${Math.floor(place.longitude)}`;
        if (!cells.has(key)) {
            cells.set(key, []);
        }
        cells.get(key).push(place);
    }
    return cells;
}

function regionCodesAround(airport, cells) {
    const codes = new Set();
    const row = Math.floor(airport.latitude);
    const width = Math.ceil(1 / Math.max(0.05, Math.cos(airport.latitude * radiansPerDegree)));
    for (let latitude = row - 1; latitude <= row + 1; ++latitude) {
        for (let step = -width; step <= width; ++step) {
            const longitude = ((Math.floor(airport.longitude) + step + 540) % 360) - 180;
            for (const place of cells.get(`${latitude},${longitude}`) ?? []) {
                if (place.country === airport.country &&
                    distanceKilometres(airport, place) <= neighbourhoodKilometres) {
                    codes.add(place.regionCode);
                }
            }
        }
    }
    return codes;
}

// An airport votes only where all places around it share one region.
function collectVotes(places, airports) {
    const cells = makeCells(places);
    const votes = new Map();  // "CC.admin1" -> Map(iso region -> votes)
    for (const airport of airports) {
        const codes = regionCodesAround(airport, cells);
        const code = codes.size === 1 ? [...codes][0] : '';
        if (code === '' || code === '00' || airport.isoRegion.endsWith('-U-A')) {
            continue;
        }
        const key = `${airport.country}.${code}`;
        const tally = votes.get(key) ?? new Map();
        tally.set(airport.isoRegion, (tally.get(airport.isoRegion) ?? 0) + 1);
        votes.set(key, tally);
    }
    return votes;
}

// Returns Map("CC.admin1" -> region name). `places` have latitude, longitude, country, regionCode;
// `airports` have latitude, longitude, country, isoRegion; `names` is Map(iso region -> name).
export function regionNames(places, airports, names) {
    const votes = collectVotes(places, airports);
    const votesForIso = new Map();
    for (const tally of votes.values()) {
        for (const [iso, count] of tally) {
            votesForIso.set(iso, (votesForIso.get(iso) ?? 0) + count);
        }
    }
    const result = new Map();
    for (const [key, tally] of votes) {
        const total = [...tally.values()].reduce((sum, count) => sum + count, 0);
        for (const [iso, count] of tally) {
            if (count >= votesMin && count >= agreementMin * total &&
                count >= agreementMin * votesForIso.get(iso) && names.has(iso)) {
                result.set(key, names.get(iso));
            }
        }
    }
    for (const place of places) {
        if (isoCountries.has(place.country)) {
            const key = `${place.country}.${place.regionCode}`;
            result.delete(key);
            if (names.has(`${place.country}-${place.regionCode}`)) {
                result.set(key, names.get(`${place.country}-${place.regionCode}`));
            }
        }
    }
    return result;
}
