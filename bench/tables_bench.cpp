// Reading tables: bytes per second of the CSV reader over three shapes of file, and of JSON Lines.
#include <benchmark/benchmark.h>

#include <string>

#include "base/rng.h"
#include "tables/csv_writer.h"
#include "tables/record_reader.h"

namespace {

using namespace rapport::tables;

constexpr std::size_t kBytes = std::size_t{32} << 20;

/// A feature table: short numbers.
std::string numbers() {
  std::string bytes = "a,b,c,d,e,f,g,h,i,j\n";
  rapport::Rng rng(1);
  while (bytes.size() < kBytes) {
    CsvWriter writer(bytes);
    for (int i = 0; i < 10; ++i) writer.number(static_cast<double>(rng.integer(0, 99'999)) / 100);
    writer.end_record();
  }
  return bytes;
}

/// An export of messages: identifiers, times and a text, of which some have quotes and line ends.
std::string messages(const std::string& text) {
  std::string bytes = "id,contact_id,direction,sent_at,text\n";
  rapport::Rng rng(2);
  while (bytes.size() < kBytes) {
    CsvWriter writer(bytes);
    writer.text("wamid." + std::to_string(rng.bits()));
    writer.text("contact-" + std::to_string(rng.integer(1, 5'000)));
    writer.text(rng.chance(0.5) ? "inbound" : "outbound");
    writer.text("2026-11-23T10:15:00Z");
    writer.text(text + (rng.chance(0.1) ? "\n\"ok\", then" : ""));
    writer.end_record();
  }
  return bytes;
}

std::string json_lines() {
  std::string bytes;
  rapport::Rng rng(3);
  while (bytes.size() < kBytes) {
    bytes +=
        R"({"id":"wamid.)" + std::to_string(rng.bits()) + R"(","contact_id":"contact-)" +
        std::to_string(rng.integer(1, 5'000)) +
        R"(","direction":"inbound","sent_at":"2026-11-23T10:15:00Z","text":"Hi, is the blue one still there?","valence":0.75})"
        "\n";
  }
  return bytes;
}

void read_all(benchmark::State& state, const std::string& bytes, TableFormat format) {
  std::int64_t records = 0;
  for (auto _ : state) {
    const auto reader = read_records(bytes, format);
    std::size_t filled = 0;
    while (reader->next() == ReadStatus::kRecord) {
      ++records;
      for (std::size_t i = 0; i < reader->columns().size(); ++i) filled += reader->cell(i) ? 1 : 0;
    }
    benchmark::DoNotOptimize(filled);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
  state.SetItemsProcessed(records);
}

void csv_of_numbers(benchmark::State& state) {
  read_all(state, numbers(), TableFormat::kCsv);
}
void csv_of_messages(benchmark::State& state) {
  read_all(state, messages("Hi, is the blue one still there? I would take two."), TableFormat::kCsv);
}
void csv_of_hindi_messages(benchmark::State& state) {
  read_all(state, messages("नमस्ते, क्या नीला वाला अभी भी उपलब्ध है? मैं दो लूँगा।"), TableFormat::kCsv);
}
void json_lines_of_messages(benchmark::State& state) {
  read_all(state, json_lines(), TableFormat::kJsonLines);
}

BENCHMARK(csv_of_numbers)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_of_messages)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_of_hindi_messages)->Unit(benchmark::kMillisecond);
BENCHMARK(json_lines_of_messages)->Unit(benchmark::kMillisecond);

}  // namespace
