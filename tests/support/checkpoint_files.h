#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace rapport::testing {

/// `value` as `size` little-endian bytes.
inline std::string little_endian(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i, value >>= 8) bytes += static_cast<char>(value);
  return bytes;
}

/// A safetensors file of these bytes: the header's length, the header, the data.
inline std::string safetensors_bytes(const std::string& header, const std::string& data) {
  return little_endian(header.size(), 8) + header + data;
}

/// An f32 tensor for a safetensors file that a test or benchmark makes.
struct MadeTensor {
  std::string name;
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

/// A whole safetensors file of f32 tensors.
inline std::string safetensors_of(const std::vector<MadeTensor>& tensors) {
  std::string header;
  std::string data;
  for (const MadeTensor& tensor : tensors) {
    const std::size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
    header += (header.empty() ? "{\"" : ",\"") + tensor.name + R"(":{"dtype":"F32","shape":[)";
    for (std::size_t d = 0; d < tensor.shape.size(); ++d)
      header += (d == 0 ? "" : ",") + std::to_string(tensor.shape[d]);
    header += "],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(data.size()) + "]}";
  }
  header += header.empty() ? "{}" : "}";
  header.append((8 - header.size() % 8) % 8, ' ');
  return safetensors_bytes(header, data);
}

/// A file inside a zip archive, and what its headers claim of it.
struct MadeZipEntry {
  std::string name;
  std::string bytes;
  std::uint16_t method = 0;
  std::int64_t claimed_more = 0;   ///< added to both sizes
  std::int64_t unpacked_more = 0;  ///< added to the unpacked size alone
  std::int64_t offset_more = 0;    ///< added to the offset in the directory
  std::uint16_t flags = 0;
};

/// A zip archive of stored entries without zip64.
inline std::string zip_of(const std::vector<MadeZipEntry>& entries) {
  std::string body;
  std::string directory;
  for (const MadeZipEntry& entry : entries) {
    const std::uint64_t packed = entry.bytes.size() + static_cast<std::uint64_t>(entry.claimed_more);
    const std::uint64_t unpacked = packed + static_cast<std::uint64_t>(entry.unpacked_more);
    const std::string facts = little_endian(0, 2) + little_endian(entry.flags, 2) + little_endian(entry.method, 2) +
                              little_endian(0, 8) + little_endian(packed, 4) + little_endian(unpacked, 4) +
                              little_endian(entry.name.size(), 2) + little_endian(0, 2);
    directory += little_endian(0x02014b50, 4) + little_endian(0, 2) + facts + little_endian(0, 10) +
                 little_endian(body.size() + static_cast<std::uint64_t>(entry.offset_more), 4) + entry.name;
    body += little_endian(0x04034b50, 4) + facts + entry.name + entry.bytes;
  }
  return body + directory + little_endian(0x06054b50, 4) + little_endian(0, 4) + little_endian(entries.size(), 2) +
         little_endian(entries.size(), 2) + little_endian(directory.size(), 4) + little_endian(body.size(), 4) +
         little_endian(0, 2);
}

/// Pieces of a pickle of protocol 2.
namespace pickle {

inline std::string text(const std::string& value) {
  return "X" + little_endian(value.size(), 4) + value;
}
inline std::string integer(std::int32_t value) {
  return "J" + little_endian(static_cast<std::uint32_t>(value), 4);
}
/// An integer of up to 64 bits.
inline std::string long_integer(std::int64_t value) {
  return std::string("\x8a\x08", 2) + little_endian(static_cast<std::uint64_t>(value), 8);
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string bytes = "(";
  for (const std::string& item : items) bytes += item;
  return bytes + "t";
}
inline std::string call(const std::string& callee, const std::vector<std::string>& arguments) {
  return callee + tuple(arguments) + "R";
}
inline std::string ordered_dict() {
  return global("collections", "OrderedDict") + ")R";
}
/// A storage of `count` numbers under `key`.
inline std::string storage(const std::string& type, const std::string& key, const std::string& count) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"), count}) + "Q";
}
inline std::string tensor(const std::string& storage, const std::string& offset, const std::vector<std::string>& sizes,
                          const std::vector<std::string>& strides) {
  return call(global("torch._utils", "_rebuild_tensor_v2"),
              {storage, offset, tuple(sizes), tuple(strides), "\x89", ordered_dict()});
}
/// {key: value, ...}, each pair already pickled.
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string bytes = "}(";
  for (const auto& [key, value] : members) bytes += text(key) + value;
  return bytes + "u";
}
inline std::string whole(const std::string& value) {
  return std::string("\x80\x02", 2) + value + ".";
}

}  // namespace pickle

}  // namespace rapport::testing
