// Models that come on a disk instead of over the network. What vouches for a file, in this order: the record of the
// workspace it was copied from; the name of the blob that its link points to (a hub cache names blobs by their digest);
// the metadata file that the hub's own tool leaves beside a download. Where none of them is there, presence is all that
// can be checked, and the record then holds what was found.
#include <algorithm>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "hub/file_digest.h"
#include "hub/model_folder.h"
#include "hub/pull.h"

namespace rapport::hub {
namespace {

namespace fs = std::filesystem;

/// What is known of a file before its bytes are read.
struct Voucher {
  std::string digest;  ///< SHA-256 or git's SHA-1, by its length; empty: unknown
  std::string commit;  ///< empty: unknown
};

/// The hub tool's DIR/.cache/huggingface/download/FILE.metadata: commit, etag and time, a line each.
Voucher voucher_of_metadata(const fs::path& from, const std::string& name) {
  constexpr std::size_t kMaxBytes = 4096;
  const fs::path file = from / ".cache" / "huggingface" / "download" / (name + ".metadata");
  std::error_code code;
  if (!fs::is_regular_file(file, code) || fs::file_size(file, code) > kMaxBytes) return {};
  const std::string text = read_file(file, kMaxBytes);
  const std::size_t first = std::min(text.find('\n'), text.size());
  const std::size_t second = std::min(text.find('\n', first + 1), text.size());
  Voucher voucher{.digest = first < second ? text.substr(first + 1, second - first - 1) : "",
                  .commit = text.substr(0, first)};
  if (!is_hex(voucher.digest, 64) && !is_hex(voucher.digest, 40)) voucher.digest.clear();
  if (!is_hex(voucher.commit, 40)) voucher.commit.clear();
  return voucher;
}

Voucher voucher_of(const fs::path& from, const std::optional<ModelRecord>& record, const std::string& name) {
  if (record) {
    const auto file = std::find_if(record->files.begin(), record->files.end(),
                                   [&](const RecordedFile& candidate) { return candidate.name == name; });
    return {file == record->files.end() ? "" : file->sha256, record->commit};
  }
  std::error_code code;
  if (fs::is_symlink(fs::symlink_status(from / name, code))) {
    const std::string blob = fs::read_symlink(from / name, code).filename().string();
    const std::string snapshot = fs::absolute(from, code).lexically_normal().filename().string();
    return {is_hex(blob, 64) || is_hex(blob, 40) ? blob : "", is_hex(snapshot, 40) ? snapshot : ""};
  }
  return voucher_of_metadata(from, name);
}

std::vector<std::string> choose_files(const ModelSpec& spec, const fs::path& from) {
  const auto there = [&](std::string_view name) {
    std::error_code code;
    return fs::is_regular_file(from / name, code);
  };
  std::vector<std::string> chosen;
  std::string missing;
  for (const std::string_view name : spec.files) {
    if (there(name)) {
      chosen.emplace_back(name);
    } else {
      missing += (missing.empty() ? "" : ", ") + std::string(name);
    }
  }
  for (const std::string_view name : spec.optional) {
    if (there(name)) chosen.emplace_back(name);
  }
  const auto weights = std::find_if(spec.weights.begin(), spec.weights.end(), there);
  if (weights != spec.weights.end()) {
    chosen.emplace_back(*weights);
  } else {
    for (const std::string_view name : spec.weights) {
      missing += (missing.empty() ? "" : name == spec.weights.front() ? ", " : " or ") + std::string(name);
    }
  }
  if (missing.empty()) return chosen;
  throw Error(ErrorKind::kNotFound, "file_not_found",
              "The folder " + from.string() + " does not hold the model " + std::string(spec.name) + ": it lacks " +
                  missing + ".");
}

/// A checkout of the repository without its large files holds notes about them in their place.
bool is_git_lfs_note(const fs::path& file, std::uint64_t size_bytes) {
  constexpr std::uint64_t kLongestNote = 1024;
  return size_bytes < kLongestNote && read_file(file, kLongestNote).starts_with("version https://git-lfs");
}

void copy_into(const fs::path& from, const fs::path& part) {
  std::error_code code;
  fs::copy_file(from, part, fs::copy_options::overwrite_existing, code);
  if (code) {
    throw Error(ErrorKind::kUnavailable, code == std::errc::no_space_on_device ? "disk_full" : "file_not_written",
                "The file " + from.string() + " cannot be copied to " + part.string() + ": " + code.message() + ".");
  }
}

/// Copies one file beside its place and checks the copy.
RecordedFile copy_checked(const fs::path& from, const fs::path& part, const std::string& expected_digest,
                          const std::function<void(std::uint64_t)>& on_bytes) {
  copy_into(from, part);
  const FileDigest digest = digest_of(part, on_bytes);
  const std::string& found = expected_digest.size() == 40 ? digest.git_sha1 : digest.sha256;
  std::string problem;
  if (is_git_lfs_note(part, digest.size_bytes)) {
    problem = " is only a note about a large file: fetch it with `git lfs pull`.";
  } else if (!expected_digest.empty() && found != expected_digest) {
    problem = " is damaged: its digest is not the one that it had on the hub.";
  }
  if (!problem.empty()) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw Error(ErrorKind::kInvalid, "damaged_file", "The file " + from.string() + problem);
  }
  return {from.filename().string(), digest.size_bytes, digest.sha256};
}

void require_right_source(const ModelSpec& spec, const fs::path& from, const std::optional<ModelRecord>& source_record,
                          const fs::path& target) {
  std::error_code code;
  if (fs::equivalent(from, target, code)) {
    throw Error(ErrorKind::kInvalid, "wrong_model",
                "The folder " + from.string() + " is where the model is installed.");
  }
  if (source_record && source_record->name != spec.name) {
    throw Error(ErrorKind::kInvalid, "wrong_model",
                "The folder " + from.string() + " holds the model " + source_record->name + ", not " +
                    std::string(spec.name) + ".");
  }
}

}  // namespace

Installed adopt_model(const ModelSpec& spec, const fs::path& from, const Installation& installation) {
  const std::vector<std::string> names = choose_files(spec, from);
  const std::optional<ModelRecord> source_record = read_model_record(from);
  require_right_source(spec, from, source_record, installation.models_folder / spec.name);
  std::uint64_t total = 0;
  for (const std::string& name : names) total += fs::file_size(from / name);
  ModelFolder folder(installation.models_folder, spec.name);
  require_space(installation, spec, total);

  ModelRecord record{.name = std::string(spec.name),
                     .repository = std::string(spec.repository),
                     .commit = {},
                     .source = fs::absolute(from).lexically_normal().string(),
                     .installed_at = installation.clock.now(),
                     .files = {}};
  std::vector<ModelFolder::Change> changes;
  std::uint64_t done = 0;
  const auto on_bytes = [&](std::uint64_t bytes) {
    done += bytes;
    if (installation.progress) installation.progress("copying " + record.name, done, total);
  };
  for (const std::string& name : names) {
    const Voucher voucher = voucher_of(from, source_record, name);
    const fs::path part = folder.part(name, "copy");
    record.files.push_back(copy_checked(from / name, part, voucher.digest, on_bytes));
    if (record.commit.empty()) record.commit = voucher.commit;
    changes.push_back({name, part});
  }
  folder.publish(changes, record);
  return {.record = record, .fetched_bytes = total};
}

}  // namespace rapport::hub
