#include "scoring/engagement_terms.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "base/error.h"
#include "domain/names.h"
#include "features/feature_set.h"

namespace rapport::scoring {
namespace {

namespace json = boost::json;

constexpr ModelKind kKind = ModelKind::kEngagementPrediction;
constexpr double kHoursADay = 24;
constexpr double kDaysAWeek = 7;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct ShapeName {
  Shape shape;
  std::string_view name;
  bool of_two = false;
};

constexpr std::array<ShapeName, 15> kShapes = {{
    {Shape::kValue, "value"},
    {Shape::kLog, "log"},
    {Shape::kSquare, "square"},
    {Shape::kMissing, "missing"},
    {Shape::kDaySin, "day_sin"},
    {Shape::kDayCos, "day_cos"},
    {Shape::kHalfDaySin, "half_day_sin"},
    {Shape::kHalfDayCos, "half_day_cos"},
    {Shape::kWeekSin, "week_sin"},
    {Shape::kWeekCos, "week_cos"},
    {Shape::kHourDistance, "hour_distance", true},
    {Shape::kHourNear, "hour_near", true},
    {Shape::kHourCos, "hour_cos", true},
    {Shape::kSameDay, "same_day", true},
    {Shape::kDayDistance, "day_distance", true},
}};

const ShapeName& describe(Shape shape) {
  return *std::find_if(kShapes.begin(), kShapes.end(), [&](const ShapeName& s) { return s.shape == shape; });
}

int index_of(std::string_view name) {
  const auto index = features::feature_index(kKind, name);
  if (!index) throw Error(ErrorKind::kInternal, "unknown_feature", "An engagement term names an unknown feature.");
  return static_cast<int>(*index);
}

std::string_view feature_name(int index) {
  return features::feature_set(kKind)[static_cast<std::size_t>(index)].name;
}

double angle(double value, double period) { return 2 * std::numbers::pi * value / period; }

/// Distance of two points on a circle.
double around(double a, double b, double period) {
  const double gap = std::abs(std::remainder(a - b, period));
  return std::min(gap, period - gap);
}

double shape_of_two(Shape shape, double a, double b) {
  constexpr double kWidthHours = 2;
  if (shape == Shape::kHourDistance) return around(a, b, kHoursADay) / (kHoursADay / 2);
  if (shape == Shape::kHourCos) return std::cos(angle(a - b, kHoursADay));
  if (shape == Shape::kSameDay) return around(a, b, kDaysAWeek) < 0.5 ? 1 : 0;
  if (shape == Shape::kDayDistance) return around(a, b, kDaysAWeek) / 3;
  const double hours = around(a, b, kHoursADay);
  return std::exp(-hours * hours / (2 * kWidthHours * kWidthHours));
}

double factor_value(const TermFactor& factor, std::span<const double> row) {
  const double x = row[static_cast<std::size_t>(factor.feature)];
  switch (factor.shape) {
    case Shape::kValue: return x;
    case Shape::kLog: return std::log1p(x < 0 ? 0 : x);
    case Shape::kSquare: return x * x;
    case Shape::kMissing: return std::isnan(x) ? 1 : 0;
    case Shape::kDaySin: return std::sin(angle(x, kHoursADay));
    case Shape::kDayCos: return std::cos(angle(x, kHoursADay));
    case Shape::kHalfDaySin: return std::sin(angle(x, kHoursADay / 2));
    case Shape::kHalfDayCos: return std::cos(angle(x, kHoursADay / 2));
    case Shape::kWeekSin: return std::sin(angle(x, kDaysAWeek));
    case Shape::kWeekCos: return std::cos(angle(x, kDaysAWeek));
    case Shape::kHourDistance:
    case Shape::kHourNear:
    case Shape::kHourCos:
    case Shape::kSameDay:
    case Shape::kDayDistance: break;
  }
  const double other = row[static_cast<std::size_t>(factor.other)];
  return std::isnan(x) || std::isnan(other) ? kMissing : shape_of_two(factor.shape, x, other);
}

std::string factor_name(const TermFactor& factor) {
  std::string name(feature_name(factor.feature));
  if (factor.other >= 0) name.append(", ").append(feature_name(factor.other));
  if (factor.shape == Shape::kValue) return name;
  return std::string(describe(factor.shape).name) + "(" + name + ")";
}

TermFactor of(Shape shape, std::string_view feature) { return {.shape = shape, .feature = index_of(feature)}; }
TermFactor of(Shape shape, std::string_view feature, std::string_view other) {
  return {.shape = shape, .feature = index_of(feature), .other = index_of(other)};
}
TermFactor value_of(std::string_view feature) { return of(Shape::kValue, feature); }
TermFactor log_of(std::string_view feature) { return of(Shape::kLog, feature); }

Term make_term(std::vector<TermFactor> factors) {
  Term term{.name = {}, .factors = std::move(factors)};
  for (const TermFactor& factor : term.factors) {
    if (!term.name.empty()) term.name += " * ";
    term.name += factor_name(factor);
  }
  return term;
}

/// Terms of one shape over several features.
std::vector<Term> each(Shape shape, std::initializer_list<std::string_view> names) {
  std::vector<Term> terms;
  for (const std::string_view name : names) terms.push_back(make_term({of(shape, name)}));
  return terms;
}

TermFamily clock_family() {
  std::vector<Term> terms;
  for (const Shape shape : {Shape::kDaySin, Shape::kDayCos, Shape::kHalfDaySin, Shape::kHalfDayCos}) {
    terms.push_back(make_term({of(shape, "hour_of_day")}));
  }
  for (const Shape shape : {Shape::kWeekSin, Shape::kWeekCos}) terms.push_back(make_term({of(shape, "day_of_week")}));
  return {"clock", "hour of the day and weekday on their circles, so that 23:00 is close to 00:00", std::move(terms)};
}

TermFamily preferred_hour_family() {
  std::vector<Term> terms;
  for (const Shape shape : {Shape::kHourDistance, Shape::kHourNear, Shape::kHourCos}) {
    terms.push_back(make_term({of(shape, "hour_of_day", "preferred_contact_hour")}));
  }
  return {"preferred_hour", "hours between the sending and the contact's preferred hour, around the clock",
          std::move(terms)};
}

TermFamily preferred_day_family() {
  std::vector<Term> terms;
  for (const Shape shape : {Shape::kSameDay, Shape::kDayDistance}) {
    terms.push_back(make_term({of(shape, "day_of_week", "preferred_day_of_week")}));
  }
  return {"preferred_day", "whether the sending falls on the contact's preferred weekday, and how far from it",
          std::move(terms)};
}

TermFamily sentiment_recency_family() {
  std::vector<Term> terms = each(Shape::kLog, {"days_since_last_engagement", "hours_since_last_message"});
  for (const std::string_view recency : {"days_since_last_engagement", "hours_since_last_message"}) {
    terms.push_back(make_term({value_of("avg_sentiment_score_last_30d"), log_of(recency)}));
  }
  return {"sentiment_recency", "a good mood counts for more, or less, the longer the contact was silent",
          std::move(terms)};
}

TermFamily responsive_timing_family() {
  const TermFactor distance = of(Shape::kHourDistance, "hour_of_day", "preferred_contact_hour");
  std::vector<Term> terms = {make_term({distance})};
  for (const std::string_view rate : {"past_response_rate", "past_open_rate", "past_click_rate"}) {
    terms.push_back(make_term({value_of(rate), distance}));
  }
  terms.push_back(make_term({value_of("past_response_rate"), value_of("is_business_hours")}));
  terms.push_back(make_term({value_of("past_response_rate"), value_of("is_weekend")}));
  return {"responsive_timing", "the right hour matters more, or less, for those who answer often", std::move(terms)};
}

TermFamily fatigue_family() {
  std::vector<Term> terms = each(Shape::kLog, {"messages_received_last_7d", "campaigns_received_last_30d"});
  for (Term& term : each(Shape::kSquare, {"messages_received_last_7d"})) terms.push_back(std::move(term));
  for (const std::string_view count : {"messages_received_last_7d", "campaigns_received_last_30d"}) {
    terms.push_back(make_term({log_of(count), value_of("past_response_rate")}));
    terms.push_back(make_term({log_of(count), log_of("days_since_last_engagement")}));
  }
  return {"fatigue", "too many messages wear a contact out, the unresponsive ones first", std::move(terms)};
}

TermFamily scales_family() {
  return {"scales", "counts and durations by their order of magnitude",
          each(Shape::kLog, {"avg_response_time_hours", "days_since_last_engagement", "days_since_last_campaign",
                             "hours_since_last_message", "message_length", "messages_received_last_7d",
                             "campaigns_received_last_30d", "conversation_count_last_30d"})};
}

TermFamily missing_family() {
  std::vector<Term> terms;
  for (const features::FeatureSpec& spec : features::feature_set(kKind)) {
    terms.push_back(make_term({of(Shape::kMissing, spec.name)}));
  }
  return {"missing", "that a feature is not known says something by itself: a contact without history", std::move(terms)};
}

TermFamily content_family() {
  std::vector<Term> terms = each(Shape::kLog, {"message_length"});
  const auto product = [&](TermFactor a, TermFactor b) { terms.push_back(make_term({a, b})); };
  product(value_of("personalization_level"), value_of("past_response_rate"));
  product(value_of("personalization_level"), log_of("message_length"));
  product(value_of("has_call_to_action"), value_of("has_link"));
  product(value_of("has_call_to_action"), value_of("past_click_rate"));
  product(value_of("has_media"), value_of("past_open_rate"));
  product(value_of("has_link"), value_of("past_click_rate"));
  product(value_of("message_quality_score"), value_of("past_open_rate"));
  product(log_of("message_length"), log_of("message_length"));
  return {"content", "what is written works differently on different readers and lengths", std::move(terms)};
}

TermFamily curvature_family() {
  return {"curvature", "rates and the sentiment with a bend",
          each(Shape::kSquare, {"past_open_rate", "past_click_rate", "past_response_rate", "engagement_rate_this_hour",
                                "engagement_rate_this_day", "engagement_rate_this_weekday",
                                "avg_sentiment_score_last_30d", "message_quality_score", "personalization_level"})};
}

TermFamily habits_family() {
  std::vector<Term> terms = each(Shape::kLog, {"days_since_last_engagement", "conversation_count_last_30d"});
  const auto product = [&](TermFactor a, TermFactor b) { terms.push_back(make_term({a, b})); };
  product(value_of("past_response_rate"), log_of("days_since_last_engagement"));
  product(value_of("past_open_rate"), value_of("past_response_rate"));
  product(value_of("engagement_rate_this_hour"), value_of("past_response_rate"));
  product(value_of("past_response_rate"), log_of("conversation_count_last_30d"));
  return {"habits", "how past rates and present activity work together", std::move(terms)};
}

[[noreturn]] void malformed(const char* detail) {
  throw Error(ErrorKind::kInvalid, "malformed_model", "The model artifact is damaged.").with_log(detail);
}

int feature_from_json(const json::value& value) {
  const auto* name = value.if_string();
  const auto index = name ? features::feature_index(kKind, *name) : std::nullopt;
  if (!index) malformed("term over an unknown feature");
  return static_cast<int>(*index);
}

TermFactor factor_from_json(const json::value& value) {
  const auto* object = value.if_object();
  if (!object || object->size() != 3) malformed("term factor is no object of three");
  const auto* shape = object->if_contains("shape");
  const auto* names = object->if_contains("features");
  const auto* centre = object->if_contains("centre");
  if (!shape || !shape->is_string() || !names || !names->is_array() || !centre || !centre->is_number()) {
    malformed("term factor lacks a member");
  }
  const auto known = std::find_if(kShapes.begin(), kShapes.end(),
                                  [&](const ShapeName& s) { return s.name == shape->get_string(); });
  if (known == kShapes.end()) malformed("unknown term shape");
  const json::array& list = names->get_array();
  if (list.size() != (known->of_two ? 2U : 1U)) malformed("term shape with a wrong number of features");
  TermFactor factor{.shape = known->shape, .feature = feature_from_json(list[0])};
  if (known->of_two) factor.other = feature_from_json(list[1]);
  factor.centre = centre->to_number<double>();
  if (!std::isfinite(factor.centre)) malformed("term centre is not finite");
  return factor;
}

}  // namespace

double Term::value(std::span<const double> row) const {
  if (factors.size() == 1) return factor_value(factors[0], row);
  double product = 1;
  for (const TermFactor& factor : factors) product *= factor_value(factor, row) - factor.centre;
  return product;
}

std::vector<Term> linear_terms() {
  std::vector<Term> terms;
  for (const features::FeatureSpec& spec : features::feature_set(kKind)) terms.push_back(make_term({value_of(spec.name)}));
  return terms;
}

const std::vector<TermFamily>& term_families() {
  static const std::vector<TermFamily> families = {
      preferred_hour_family(),    clock_family(),   preferred_day_family(), sentiment_recency_family(),
      responsive_timing_family(), fatigue_family(), scales_family(),        missing_family(),
      content_family(),           curvature_family(), habits_family()};
  return families;
}

Term pair_term(int a, int b) {
  return make_term({{.shape = Shape::kValue, .feature = a}, {.shape = Shape::kValue, .feature = b}});
}

void centre_terms(std::vector<Term>& terms, ml::MatrixView rows) {
  for (Term& term : terms) {
    if (term.factors.size() < 2) continue;
    for (TermFactor& factor : term.factors) {
      double sum = 0;
      std::size_t known = 0;
      for (std::size_t i = 0; i < rows.rows; ++i) {
        const double value = factor_value(factor, rows.row(i));
        if (std::isnan(value)) continue;
        sum += value;
        ++known;
      }
      factor.centre = known > 0 ? sum / static_cast<double>(known) : 0;
    }
  }
}

ml::Matrix term_matrix(std::span<const Term> terms, ml::MatrixView rows) {
  ml::Matrix out(rows.rows, terms.size());
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const auto row = rows.row(i);
    const auto values = out.row(i);
    for (std::size_t j = 0; j < terms.size(); ++j) values[j] = terms[j].value(row);
  }
  return out;
}

void attribute(const Term& term, double amount, std::span<double> per_feature) {
  const double share = amount / static_cast<double>(term.factors.size());
  for (const TermFactor& factor : term.factors) {
    const bool of_two = factor.other >= 0;
    per_feature[static_cast<std::size_t>(factor.feature)] += of_two ? share / 2 : share;
    if (of_two) per_feature[static_cast<std::size_t>(factor.other)] += share / 2;
  }
}

Json terms_to_json(std::span<const Term> terms) {
  json::array list;
  for (const Term& term : terms) {
    json::array factors;
    for (const TermFactor& factor : term.factors) {
      json::array names = {feature_name(factor.feature)};
      if (factor.other >= 0) names.emplace_back(feature_name(factor.other));
      factors.push_back(json::object{
          {"shape", describe(factor.shape).name}, {"features", std::move(names)}, {"centre", factor.centre}});
    }
    list.push_back(std::move(factors));
  }
  return list;
}

std::vector<Term> terms_from_json(const Json& value) {
  constexpr std::size_t kMaxTerms = 1000;
  const auto* list = value.if_array();
  if (!list || list->empty() || list->size() > kMaxTerms) malformed("no list of terms");
  std::vector<Term> terms;
  for (const json::value& item : *list) {
    const auto* factors = item.if_array();
    if (!factors || factors->empty() || factors->size() > 2) malformed("term without one or two factors");
    std::vector<TermFactor> parsed;
    for (const json::value& factor : *factors) parsed.push_back(factor_from_json(factor));
    terms.push_back(make_term(std::move(parsed)));
  }
  return terms;
}

}  // namespace rapport::scoring
