#include "nn/checkpoint/zip_archive.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace rapport::nn {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEndRecord = 0x06054b50;
constexpr std::uint32_t kZip64EndRecord = 0x06064b50;
constexpr std::uint32_t kZip64Locator = 0x07064b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kZip64EndBytes = 56;
constexpr std::size_t kLocatorBytes = 20;
constexpr std::uint32_t kInZip64 = 0xffffffff;
constexpr std::uint16_t kZip64Extra = 1;
constexpr std::uint16_t kEncrypted = 1;
constexpr std::size_t kMostEntries = 1 << 17;

using Bytes = std::span<const std::byte>;

/// `size` bytes at `at`, little-endian. Requires at + size <= bytes.size().
std::uint64_t number(Bytes bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}
std::uint16_t u16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(number(bytes, at, 2));
}
std::uint32_t u32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(number(bytes, at, 4));
}
std::uint64_t u64(Bytes bytes, std::size_t at) {
  return number(bytes, at, 8);
}

bool fits(Bytes bytes, std::uint64_t at, std::uint64_t size) {
  return at <= bytes.size() && size <= bytes.size() - at;
}

std::string_view text(Bytes bytes, std::size_t at, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()) + at, size};
}

struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;
};

std::variant<Directory, Refusal> find_directory(Bytes file) {
  if (file.size() < kEndBytes || u32(file, file.size() - kEndBytes) != kEndRecord) {
    return Refusal{"the zip archive has no end record at its end: the file is cut"};
  }
  const std::size_t end = file.size() - kEndBytes;
  Directory directory{u16(file, end + 10), u32(file, end + 12), u32(file, end + 16)};
  std::size_t directory_end = end;
  if (end >= kLocatorBytes && u32(file, end - kLocatorBytes) == kZip64Locator) {
    const std::uint64_t at = u64(file, end - kLocatorBytes + 8);
    if (!fits(file, at, kZip64EndBytes) || u32(file, at) != kZip64EndRecord) {
      return Refusal{"the zip archive's zip64 end record is not where it should be"};
    }
    directory = {u64(file, at + 32), u64(file, at + 40), u64(file, at + 48)};
    directory_end = at;
  }
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(directory.offset, directory.bytes, &sum) || sum != directory_end) {
    return Refusal{"the zip archive's directory does not end where its end record begins"};
  }
  if (directory.entries > kMostEntries) return Refusal{"the zip archive has too many entries"};
  return directory;
}

/// What the directory says of one entry.
struct Described {
  std::string_view name;
  std::uint64_t bytes = 0;
  std::uint64_t packed_bytes = 0;
  std::uint64_t offset = 0;
};

/// Fills the fields that stand in the zip64 extra field; false when it is missing or too short.
bool read_zip64(Bytes extra, Described& entry) {
  std::uint64_t* const fields[] = {&entry.bytes, &entry.packed_bytes, &entry.offset};
  std::size_t wanted = 0;
  for (const std::uint64_t* field : fields) wanted += *field == kInZip64 ? 1 : 0;
  if (wanted == 0) return true;
  for (std::size_t at = 0; at + 4 <= extra.size();) {
    const std::uint16_t id = u16(extra, at);
    const std::size_t size = u16(extra, at + 2);
    at += 4;
    if (!fits(extra, at, size)) return false;
    if (id == kZip64Extra) {
      if (size < wanted * 8) return false;
      for (std::uint64_t* field : fields) {
        if (*field != kInZip64) continue;
        *field = u64(extra, at);
        at += 8;
      }
      return true;
    }
    at += size;
  }
  return false;
}

/// The described entry's bytes, checked against its local header; all of it lies before `limit`, the directory.
std::variant<ZipEntry, Refusal> locate(Bytes file, const Described& entry, std::uint64_t limit) {
  const auto refuse = [&](const char* why) { return Refusal{"zip entry " + in_quotes(entry.name) + " " + why}; };
  const Bytes body = file.first(limit);
  if (entry.bytes != entry.packed_bytes) return refuse("has two sizes that differ, though it is not compressed");
  if (!fits(body, entry.offset, kLocalBytes) || u32(body, entry.offset) != kLocalHeader) {
    return refuse("is not where the directory says");
  }
  const std::size_t name_bytes = u16(body, entry.offset + 26);
  const std::uint64_t data = entry.offset + kLocalBytes + name_bytes + u16(body, entry.offset + 28);
  if (!fits(body, data, entry.bytes)) return refuse("is larger than the file");
  if (text(body, entry.offset + kLocalBytes, name_bytes) != entry.name)
    return refuse("has another name in its own header");
  if (u16(body, entry.offset + 8) != 0) return refuse("is compressed");
  return ZipEntry{entry.name, body.subspan(data, entry.bytes)};
}

bool overlap(std::vector<std::pair<std::uint64_t, std::uint64_t>>& ranges) {
  std::sort(ranges.begin(), ranges.end());
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first < ranges[i - 1].second) return true;
  }
  return false;
}

bool has_twins(const std::vector<ZipEntry>& entries) {
  std::vector<std::string_view> names;
  names.reserve(entries.size());
  for (const ZipEntry& entry : entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

/// The directory's record at `at`, which moves behind it.
std::variant<Described, Refusal> read_record(Bytes table, std::size_t& at) {
  if (!fits(table, at, kCentralBytes) || u32(table, at) != kCentralHeader) {
    return Refusal{"the zip archive's directory has fewer entries than it declares"};
  }
  const std::size_t name_bytes = u16(table, at + 28);
  const std::size_t extra_bytes = u16(table, at + 30);
  const std::size_t record_bytes = kCentralBytes + name_bytes + extra_bytes + u16(table, at + 32);
  if (!fits(table, at, record_bytes)) return Refusal{"the zip archive's directory is cut"};
  Described entry{text(table, at + kCentralBytes, name_bytes), u32(table, at + 24), u32(table, at + 20),
                  u32(table, at + 42)};
  if (u16(table, at + 10) != 0) return Refusal{"zip entry " + in_quotes(entry.name) + " is compressed"};
  if ((u16(table, at + 8) & kEncrypted) != 0) return Refusal{"zip entry " + in_quotes(entry.name) + " is encrypted"};
  if (!read_zip64(table.subspan(at + kCentralBytes + name_bytes, extra_bytes), entry)) {
    return Refusal{"zip entry " + in_quotes(entry.name) + " lacks its zip64 sizes"};
  }
  at += record_bytes;
  return entry;
}

}  // namespace

bool looks_like_zip(std::span<const std::byte> file) {
  return file.size() >= 4 && u32(file, 0) == kLocalHeader;
}

std::variant<std::vector<ZipEntry>, Refusal> parse_zip(std::span<const std::byte> file) {
  auto found = find_directory(file);
  if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
  const Directory directory = std::get<Directory>(found);
  const Bytes table = file.subspan(directory.offset, directory.bytes);

  std::vector<ZipEntry> entries;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    auto record = read_record(table, at);
    if (auto* refusal = std::get_if<Refusal>(&record)) return std::move(*refusal);
    const Described& described = std::get<Described>(record);
    auto entry = locate(file, described, directory.offset);
    if (auto* refusal = std::get_if<Refusal>(&entry)) return std::move(*refusal);
    entries.push_back(std::get<ZipEntry>(entry));
    const Bytes bytes = entries.back().bytes;
    ranges.emplace_back(described.offset, static_cast<std::uint64_t>(bytes.data() - file.data()) + bytes.size());
  }
  if (at != table.size()) return Refusal{"the zip archive's directory has more entries than it declares"};
  if (overlap(ranges)) return Refusal{"the zip archive's entries overlap"};
  if (has_twins(entries)) return Refusal{"the zip archive holds a name twice"};
  return entries;
}

}  // namespace rapport::nn
