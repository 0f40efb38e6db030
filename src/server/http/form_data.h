#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unnamed_file.h"

namespace rapport::http {

/// One field of a form. What the client calls a file is not kept: nothing here is ever named after it.
struct FormField {
  std::string name;     ///< 1 to 100 bytes of UTF-8 without control characters
  std::string content;  ///< its first bytes; empty for the field that is the file
  bool cut = false;     ///< it is longer than FormLimits permits a text to be
};

/// A form that a request has brought.
struct Form {
  std::vector<FormField> fields;    ///< in the client's order; a name may stand more than once
  std::optional<UnnamedFile> file;  ///< the content of the first field with the file's name
  std::optional<Error> error;       ///< why there is nothing: kMalformed "malformed_form", or what UnnamedFile throws
};

struct FormLimits {
  std::size_t max_fields = 64;
  std::size_t max_head_bytes = 4096;  ///< of one field
  std::size_t max_text_bytes = 4096;  ///< of one field but the file: its first bytes are kept
  std::size_t window_bytes = 65536;   ///< so much is gathered before it is looked at
};

/// Takes a multipart/form-data body apart while it arrives. Texts stay in memory; the content of one field goes to a
/// file without a name, which is gone with the form.
///
/// Threads   one per body.
/// Throws    nothing, whatever the bytes: finish() says what is wrong.
/// Cost      linear in the body, however it is cut into pieces. Memory: one window and one piece, and the texts.
/// Source    RFC 7578 over RFC 2046 section 5.1.1, strictly: no preamble but an empty line, lines end in CR LF, nothing
///           is folded, contents are sent as they are. `filename`, `filename*` and the content types of fields are read
///           past.
class FormReader {
 public:
  /// `file_field` names the field whose content goes to a file on the file system of `folder`.
  FormReader(std::string_view content_type, std::string file_field, std::filesystem::path folder,
             const FormLimits& limits = {});

  /// Behind a mistake, and behind the form's end, bytes are dropped.
  void write(std::string_view piece);
  /// The form, or what is wrong with it, when the body has ended.
  Form finish() &&;

 private:
  enum class State : std::uint8_t {
    kStart,           // before the first boundary
    kBehindBoundary,  // at what follows a boundary
    kBoundaryLine,    // the rest of its line
    kHead,            // at a line in the head of a field
    kContent,
    kEnd,  // behind the last boundary, or a mistake
  };

  bool refuse(std::string message);
  bool fail(Error error);
  void read();
  bool step(std::string_view& rest);
  bool read_start(std::string_view& rest);
  bool read_behind_boundary(std::string_view& rest);
  bool read_boundary_line(std::string_view& rest);
  bool read_head(std::string_view& rest);
  bool read_line(std::string_view line);
  bool begin_field();
  bool read_content(std::string_view& rest);
  bool take_content(std::string_view bytes);

  const std::string file_field_;
  const std::filesystem::path folder_;
  const FormLimits limits_;
  std::string delimiter_;
  std::string window_;  // what has come and is not understood yet
  State state_ = State::kStart;
  std::size_t head_bytes_ = 0;       // of the head that is read
  std::optional<std::string> name_;  // in it
  bool into_file_ = false;           // where the content goes
  bool keep_ = false;
  Form form_;
};

}  // namespace rapport::http
