#include "hub/pull.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/error.h"
#include "hub/download.h"
#include "hub/file_digest.h"
#include "hub/model_folder.h"
#include "hub/repository.h"

namespace rapport::hub {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kParallelFiles = 4;
constexpr std::size_t kMaxAnswerBytes = 4 << 20;

Error bad_answer(const std::string& why) {
  return Error(ErrorKind::kUnavailable, "hub_bad_answer",
               "The hub's description of the model cannot be used: " + why + ".");
}

Repository ask_for_files(const ModelSpec& spec, const HubAccess& access, const HttpLimits& limits,
                         const RetryPolicy& retries) {
  const std::string what = "the model " + std::string(spec.repository);
  HttpClient client(access, limits, {});
  Retry retry(retries, {});
  for (;;) {
    std::string body;
    const BodySink sink{.start = [](const HttpHead&) { return true; },
                        .take =
                            [&](std::string_view bytes) {
                              body += bytes;
                              return body.size() <= kMaxAnswerBytes;
                            }};
    const HttpOutcome outcome = client.get({.url = access.endpoint + "/api/models/" + std::string(spec.repository) +
                                                   "/revision/" + std::string(spec.revision) + "?blobs=true"},
                                           sink);
    if (outcome.end == HttpOutcome::End::kRefusedBySink) throw bad_answer("it is longer than 4 MiB");
    if (outcome.end != HttpOutcome::End::kComplete || outcome.head.status != 200) {
      retry.wait(outcome, what);
      continue;
    }
    auto repository = parse_repository(body);
    if (const std::string* why = std::get_if<std::string>(&repository)) throw bad_answer(*why);
    const std::string& commit = std::get<Repository>(repository).commit;
    if (is_hex(spec.revision, commit.size()) && commit != spec.revision) throw bad_answer("it is of another commit");
    return std::get<Repository>(std::move(repository));
  }
}

/// The files of the manifest that the hub has: all that are needed, those that are welcome, and the first of the
/// weights.
std::vector<RemoteFile> choose_files(const ModelSpec& spec, const Repository& repository) {
  const auto find = [&](std::string_view name) {
    return std::find_if(repository.files.begin(), repository.files.end(),
                        [&](const RemoteFile& file) { return file.name == name; });
  };
  std::vector<RemoteFile> chosen;
  const auto take = [&](std::string_view name) {
    const auto found = find(name);
    if (found == repository.files.end()) return false;
    if (found->sha256.empty() && found->git_sha1.empty()) throw bad_answer("it has no digest of " + found->name);
    chosen.push_back(*found);
    return true;
  };
  for (const std::string_view name : spec.files) {
    if (!take(name)) throw bad_answer("the repository has no file " + std::string(name));
  }
  for (const std::string_view name : spec.optional) take(name);
  if (std::none_of(spec.weights.begin(), spec.weights.end(), take)) throw bad_answer("the repository has no weights");
  return chosen;
}

/// Fetches files from several threads; the calling thread only waits and reports.
class Crew {
 public:
  Crew(const HubAccess& access, const HttpLimits& limits, const RetryPolicy& retries)
      : access_(access), limits_(limits), retries_(retries) {}

  /// Throws the first failure; the other files' parts stay for the next time.
  void fetch(const std::vector<Download::Order>& orders, const std::function<void(std::uint64_t)>& on_arrived) {
    running_ = std::min(kParallelFiles, orders.size());
    std::vector<std::jthread> threads;
    for (std::size_t i = running_; i > 0; --i) threads.emplace_back([&] { work(orders); });
    std::unique_lock lock(mutex_);
    while (running_ > 0) {
      changed_.wait_for(lock, std::chrono::milliseconds(100));
      lock.unlock();
      on_arrived(arrived_bytes_);
      lock.lock();
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work(const std::vector<Download::Order>& orders) {
    std::exception_ptr failure;
    try {
      HttpClient client(access_, limits_, stop_.get_token());
      Download download(client, retries_, stop_.get_token());
      for (std::size_t i = next_++; i < orders.size() && !stop_.stop_requested(); i = next_++) {
        download.run(orders[i], arrived_bytes_);
      }
    } catch (const std::exception&) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (failure && !failure_) {
      failure_ = failure;
      stop_.request_stop();
    }
    --running_;
    changed_.notify_all();
  }

  const HubAccess& access_;
  const HttpLimits& limits_;
  const RetryPolicy& retries_;
  std::stop_source stop_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::uint64_t> arrived_bytes_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = 0;
  std::exception_ptr failure_;
};

std::uint64_t size_or_zero(const fs::path& file) {
  std::error_code code;
  const std::uint64_t size = fs::file_size(file, code);
  return code ? 0 : size;
}

/// What is to be fetched: everything that is not in the folder already, byte for byte.
std::vector<Download::Order> missing_files(const ModelFolder& folder, const std::vector<RemoteFile>& files,
                                           const std::string& address) {
  std::vector<Download::Order> orders;
  for (const RemoteFile& file : files) {
    if (holds(folder.file(file.name), file)) continue;
    orders.push_back({.url = address + file.name,
                      .file = file,
                      .part = folder.part(file.name, file.sha256.empty() ? file.git_sha1 : file.sha256)});
  }
  std::stable_sort(orders.begin(), orders.end(), [](const Download::Order& a, const Download::Order& b) {
    return a.file.size_bytes > b.file.size_bytes;  // the longest first
  });
  return orders;
}

/// Puts what was fetched into its place, or leaves everything as it is when nothing was.
ModelRecord install(ModelFolder& folder, const std::vector<RemoteFile>& files,
                    const std::vector<Download::Order>& fetched, ModelRecord record) {
  std::vector<ModelFolder::Change> changes;
  for (const RemoteFile& file : files) {
    const auto order = std::find_if(fetched.begin(), fetched.end(),
                                    [&](const Download::Order& candidate) { return candidate.file.name == file.name; });
    const fs::path part = order == fetched.end() ? fs::path() : order->part;
    const std::string sha256 =
        file.sha256.empty() ? digest_of(part.empty() ? folder.file(file.name) : part).sha256 : file.sha256;
    record.files.push_back({file.name, file.size_bytes, sha256});
    changes.push_back({file.name, part});
  }
  const std::optional<ModelRecord> before = read_model_record(folder.path());
  if (before && fetched.empty() && before->commit == record.commit && before->files == record.files) return *before;
  folder.publish(changes, record);
  return record;
}

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

}  // namespace

void require_space(const Installation& installation, const ModelSpec& spec, std::uint64_t needed_bytes) {
  constexpr std::uint64_t kReserveBytes = 64 << 20;
  fs::path folder = fs::absolute(installation.models_folder);
  std::error_code code;
  while (!fs::exists(folder, code) && folder.has_relative_path()) folder = folder.parent_path();
  const std::uint64_t free =
      installation.free_bytes ? installation.free_bytes(folder) : fs::space(folder, code).available;
  if (code || free >= needed_bytes + kReserveBytes) return;
  throw Error(ErrorKind::kUnavailable, "disk_full",
              "The model " + std::string(spec.name) + " needs " + megabytes(needed_bytes) + " more (and " +
                  megabytes(kReserveBytes) + " to spare), but there are only " + megabytes(free) + " free in " +
                  folder.string() + ". Make room, or choose another folder with --models.");
}

Installed pull_model(const ModelSpec& spec, const HubAccess& access, const Installation& installation,
                     const HttpLimits& limits, const RetryPolicy& retries) {
  check_access(access);
  const Repository repository = ask_for_files(spec, access, limits, retries);
  const std::vector<RemoteFile> files = choose_files(spec, repository);
  ModelFolder folder(installation.models_folder, spec.name);
  const std::vector<Download::Order> orders = missing_files(
      folder, files, access.endpoint + "/" + std::string(spec.repository) + "/resolve/" + repository.commit + "/");
  std::uint64_t total = 0;
  std::uint64_t there = 0;
  for (const Download::Order& order : orders) {
    total += order.file.size_bytes;
    there += std::min(size_or_zero(order.part), order.file.size_bytes);
  }
  require_space(installation, spec, total - there);
  Crew crew(access, limits, retries);
  crew.fetch(orders, [&](std::uint64_t arrived) {
    if (installation.progress) installation.progress("pulling " + std::string(spec.name), arrived, total);
  });
  const ModelRecord record = install(folder, files, orders,
                                     {.name = std::string(spec.name),
                                      .repository = std::string(spec.repository),
                                      .commit = repository.commit,
                                      .source = access.endpoint,
                                      .installed_at = installation.clock.now(),
                                      .files = {}});
  return {.record = record, .fetched_bytes = total - there};
}

}  // namespace rapport::hub
