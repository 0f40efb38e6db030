#include "hub/download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/log.h"
#include "hub/file_digest.h"

namespace rapport::hub {
namespace {

using End = HttpOutcome::End;

/// The file that a download grows, and the count of what is there.
class PartFile {
 public:
  PartFile(const std::filesystem::path& path, std::atomic<std::uint64_t>& arrived)
      : path_(path), arrived_(arrived), fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)) {
    struct stat info {};
    if (fd_ < 0 || ::fstat(fd_, &info) != 0) fail();
    set_size(static_cast<std::uint64_t>(info.st_size));
  }
  ~PartFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  std::uint64_t size() const { return size_; }

  void clear() {
    if (::ftruncate(fd_, 0) != 0) fail();
    set_size(0);
  }

  /// False when the disk takes no more; `failure` says why.
  bool append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) {
        error_ = errno;
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
      set_size(size_ + static_cast<std::uint64_t>(written));
    }
    return true;
  }

  Error failure() const {
    const bool full = error_ == ENOSPC || error_ == EDQUOT;
    return Error(ErrorKind::kUnavailable, full ? "disk_full" : "file_not_written",
                 "The file " + path_.string() + " cannot be written: " + std::strerror(error_) + ".");
  }

 private:
  [[noreturn]] void fail() {
    error_ = errno;
    throw failure();
  }

  void set_size(std::uint64_t size) {
    arrived_ += size - size_;
    size_ = size;
  }

  const std::filesystem::path& path_;
  std::atomic<std::uint64_t>& arrived_;
  int fd_;
  std::uint64_t size_ = 0;
  int error_ = 0;
};

/// One answer on its way into the part file.
class Piece {
 public:
  Piece(PartFile& part, std::uint64_t whole_bytes, std::string& etag)
      : part_(part), whole_bytes_(whole_bytes), etag_(etag) {}

  enum class Trouble { kNone, kOtherContent, kTooLong, kDisk };
  Trouble trouble() const { return trouble_; }
  bool brought_bytes() const { return brought_bytes_; }

  BodySink sink() {
    return {[this](const HttpHead& head) { return start(head); },
            [this](std::string_view bytes) { return take(bytes); }};
  }

 private:
  bool start(const HttpHead& head) {
    if (head.status == 200) {
      if (part_.size() > 0) part_.clear();
    } else if (head.range_start != part_.size() || head.range_total.value_or(whole_bytes_) != whole_bytes_ ||
               (!etag_.empty() && !head.etag.empty() && head.etag != etag_)) {
      return stop(Trouble::kOtherContent);
    }
    etag_ = head.etag;
    return true;
  }

  bool take(std::string_view bytes) {
    if (bytes.size() > whole_bytes_ - part_.size()) return stop(Trouble::kTooLong);
    if (!part_.append(bytes)) return stop(Trouble::kDisk);
    brought_bytes_ = true;
    return true;
  }

  bool stop(Trouble trouble) {
    trouble_ = trouble;
    return false;
  }

  PartFile& part_;
  std::uint64_t whole_bytes_;
  std::string& etag_;
  Trouble trouble_ = Trouble::kNone;
  bool brought_bytes_ = false;
};

Error wrong_content(const RemoteFile& file) {
  return Error(ErrorKind::kUnavailable, "hub_wrong_content",
               "What came for the file " + file.name +
                   " has not the size and the digest that the hub announced. It was thrown away; if it happens again, "
                   "something between here and the hub changes files.");
}

}  // namespace

bool holds(const std::filesystem::path& file, const RemoteFile& announced) {
  std::error_code code;
  if (!std::filesystem::is_regular_file(file, code)) return false;
  if (std::filesystem::file_size(file, code) != announced.size_bytes || code) return false;
  const FileDigest digest = digest_of(file);
  return announced.sha256.empty() ? digest.git_sha1 == announced.git_sha1 : digest.sha256 == announced.sha256;
}

void Download::run(const Order& order, std::atomic<std::uint64_t>& arrived_bytes) {
  const std::uint64_t whole_bytes = order.file.size_bytes;
  PartFile part(order.part, arrived_bytes);
  Retry retry(policy_, stop_);
  std::string etag;
  int pieces = part.size() > 0 ? 1 : 0;
  bool last_chance = false;
  const auto start_anew = [&] {
    part.clear();
    etag.clear();
    if (last_chance || pieces <= 1) throw wrong_content(order.file);
    last_chance = true;
    pieces = 0;
    log_warn("a file came damaged and is fetched anew", {{"file", order.file.name}});
  };
  while (!stop_.stop_requested()) {
    if (part.size() == whole_bytes) {
      if (holds(order.part, order.file)) return;
      start_anew();
    } else if (part.size() > whole_bytes) {
      part.clear();
    }
    Piece piece(part, whole_bytes, etag);
    const HttpOutcome outcome = client_.get(
        {.url = order.url, .may_leave_host = true, .from_byte = part.size(), .only_if_etag = etag}, piece.sink());
    if (piece.brought_bytes()) {
      ++pieces;
      retry.progressed();
    }
    if (piece.trouble() == Piece::Trouble::kDisk) throw part.failure();
    const bool good = outcome.end == End::kComplete && (outcome.head.status == 200 || outcome.head.status == 206);
    const bool does_not_go_on = piece.trouble() == Piece::Trouble::kOtherContent || outcome.head.status == 416;
    if (does_not_go_on || piece.trouble() == Piece::Trouble::kTooLong || (good && part.size() < whole_bytes)) {
      pieces += does_not_go_on ? 2 : 0;  // what was there before may be at fault
      start_anew();
    } else if (!good) {
      retry.wait(outcome, "the file " + order.file.name);
    }
  }
}

}  // namespace rapport::hub
