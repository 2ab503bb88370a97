// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/offline.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "common/jsontext.h"
#include "common/userpoints.h"
#include "resources/gazetteer/embeddedgazetteer.h"
#include "server/places/placesjson.h"

namespace herd {

namespace {

/// The licence asks for the name, the licence and a word on changes wherever the data is shown.
constexpr std::string_view geonamesAttribution =
    R"("Places: <a href=\"https://www.geonames.org/\">GeoNames</a>, )"
    R"(<a href=\"https://creativecommons.org/licenses/by/4.0/\">CC BY 4.0</a>, adapted")";
constexpr std::string_view ourAirportsAttribution =
    R"("Airports: <a href=\"https://ourairports.com/\">OurAirports</a>, public domain")";

constexpr std::size_t bytesPerResult = 400;  ///< a little more than most results take

void appendNumber(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

/// Decimal degrees, exactly and without trailing zeros.
void appendDegrees(std::string& out, std::int64_t nanodegrees) {
    const auto magnitude = static_cast<std::uint64_t>(std::abs(nanodegrees));
    const auto unit = static_cast<std::uint64_t>(nanodegreesPerDegree);
    if (nanodegrees < 0) {
        out += '-';
    }
    appendNumber(out, magnitude / unit);
    if (magnitude % unit == 0) {
        return;
    }
    // The unit in front keeps the zeros behind the point; the point takes its place.
    const std::size_t point = out.size();
    appendNumber(out, unit + magnitude % unit);
    out[point] = '.';
    out.resize(out.find_last_not_of('0') + 1);
}

void appendCorner(std::string& out, std::int64_t latitude, std::int64_t longitude) {
    constexpr std::int64_t turn = 360 * nanodegreesPerDegree;
    const std::int64_t latitudeMax = 90 * nanodegreesPerDegree;
    if (longitude > turn / 2) {
        longitude -= turn;
    } else if (longitude < -turn / 2) {
        longitude += turn;
    }
    out += R"({"lat":)";
    appendDegrees(out, std::clamp(latitude, -latitudeMax, latitudeMax));
    out += R"(,"lng":)";
    appendDegrees(out, longitude);
    out += '}';
}

void appendGeometry(std::string& out, Position position) {
    const std::int64_t latitude = position.latitudeNanodegrees;
    const std::int64_t longitude = position.longitudeNanodegrees;
    out += R"("geometry":{"location":)";
    appendCorner(out, latitude, longitude);
    out += R"(,"viewport":{"northeast":)";
    appendCorner(out, latitude + viewportMarginNanodegrees, longitude + viewportMarginNanodegrees);
    out += R"(,"southwest":)";
    appendCorner(out, latitude - viewportMarginNanodegrees, longitude - viewportMarginNanodegrees);
    out += "}}";
}

/// An id may hold anything, so it goes through the escaping with its prefix.
void appendPrefixed(std::string& out, std::string_view prefix, std::string_view id) {
    std::string whole(prefix);
    whole += id;
    appendJsonString(out, whole);
}

void appendPlaceId(std::string& out, const Place& place) {
    out += R"(,"place_id":)";
    switch (place.kind) {
        case PlaceKind::Locality:
            out += R"("geonames:)";
            appendNumber(out, place.geonameId);
            out += '"';
            break;
        case PlaceKind::LargeAirport:
        case PlaceKind::MediumAirport:
            appendPrefixed(out, "ourairports:", place.id);
            break;
        case PlaceKind::UserPoint:
            appendPrefixed(out, "user:", place.id);
            break;
    }
}

void appendTypes(std::string& out, const Place& place) {
    out += R"(,"types":)";
    switch (place.kind) {
        case PlaceKind::Locality:
            out += R"(["locality","political"])";
            break;
        case PlaceKind::LargeAirport:
        case PlaceKind::MediumAirport:
            out += R"(["airport"])";
            break;
        case PlaceKind::UserPoint:
            out += '[';
            if (!place.type.empty()) {
                appendJsonString(out, place.type);
                out += ',';
            }
            out += R"("point_of_interest"])";
            break;
    }
}

void appendVicinity(std::string& out, const Place& place) {
    std::string vicinity(place.kind == PlaceKind::UserPoint ? place.vicinity : place.region);
    if (!vicinity.empty() && !place.country.empty()) {
        vicinity += ", ";
    }
    vicinity += place.country;
    if (!vicinity.empty()) {
        out += R"(,"vicinity":)";
        appendJsonString(out, vicinity);
    }
}

void appendResult(std::string& out, const Place& place) {
    out += '{';
    appendGeometry(out, place.position);
    out += R"(,"name":)";
    appendJsonString(out, place.name);
    appendPlaceId(out, place);
    appendTypes(out, place);
    appendVicinity(out, place);
    out += '}';
}

void appendAttributions(std::string& out, const std::vector<Place>& places) {
    const bool geonames = std::ranges::any_of(
        places, [](const Place& place) { return place.kind == PlaceKind::Locality; });
    const bool ourAirports = std::ranges::any_of(places, [](const Place& place) {
        return place.kind == PlaceKind::LargeAirport || place.kind == PlaceKind::MediumAirport;
    });
    out += R"("html_attributions":[)";
    if (geonames) {
        out += geonamesAttribution;
    }
    if (geonames && ourAirports) {
        out += ',';
    }
    if (ourAirports) {
        out += ourAirportsAttribution;
    }
    out += ']';
}

}  // namespace

Result<std::shared_ptr<const Gazetteer>> loadGazetteer(const QStringList& files) {
    Result<Gazetteer> world =
        Gazetteer::fromBytes(embeddedGazetteer(), QStringLiteral("the gazetteer in the program"));
    if (!world) {
        return world.error();
    }
    Result<std::vector<UserPoint>> points = readUserPoints(files);
    if (!points) {
        return points.error();
    }
    return std::make_shared<const Gazetteer>(
        world.value().withUserPoints(std::move(points).value()));
}

OfflinePlaces::OfflinePlaces(std::shared_ptr<const Gazetteer> gazetteer)
    : gazetteer_(std::move(gazetteer)) {}

void OfflinePlaces::find(const PlacesQuery& query, Done done) {
    done(answer(query));
}

std::string OfflinePlaces::answer(const PlacesQuery& query) const {
    std::vector<Place> places;
    for (const std::uint32_t index :
         gazetteer_->find({query.latitudeNanodegrees, query.longitudeNanodegrees},
                          query.radiusMillimetres, query.bound)) {
        places.push_back(gazetteer_->place(index));
    }
    std::string out;
    out.reserve((places.size() + 1) * bytesPerResult);
    out += '{';
    appendAttributions(out, places);
    out += R"(,"results":[)";
    for (const Place& place : places) {
        if (out.back() != '[') {
            out += ',';
        }
        appendResult(out, place);
    }
    out += R"(],"status":)";
    appendJsonString(
        out, placesStatusText(places.empty() ? PlacesStatus::zeroResults : PlacesStatus::ok));
    out += '}';
    return out;
}

}  // namespace herd
