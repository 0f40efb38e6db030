// A stack machine like Python's own, with the dangerous instructions left out. Invariants: every index on the stack, in
// the memo and in `items` is of a value that exists; a mark never stands above the stack's height. Each instruction
// takes at least one byte and makes at most one value, so work and memory are linear in the input; kMostValues bounds
// them. A refused instruction ends the run: the first refusal is the answer.
#include "nn/checkpoint/pickle.h"

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace rapport::nn {
namespace {

constexpr std::size_t kMostValues = 1 << 20;
constexpr std::size_t kMostMemo = 1 << 20;
constexpr int kHighestProtocol = 4;
constexpr PickleValues::Index kNoValue = 0xffffffff;

using Kind = PickleValues::Kind;
using Global = PickleValues::Global;

enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kNone = 'N',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kBinFloat = 'G',
  kBinUnicode = 'X',
  kAppend = 'a',
  kAppends = 'e',
  kBuild = 'b',
  kGlobal = 'c',
  kEmptyDict = '}',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kEmptyList = ']',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kReduce = 'R',
  kSetItem = 's',
  kTuple = 't',
  kEmptyTuple = ')',
  kSetItems = 'u',
  kBinPersId = 'Q',
  kProto = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};

}  // namespace

class Unpickler {
 public:
  explicit Unpickler(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::variant<PickleValues, Refusal> run() {
    while (!stopped_ && !refusal_) step();
    if (refusal_) return std::move(*refusal_);
    out_.pickle_bytes_ = at_;
    return std::move(out_);
  }

 private:
  using Index = PickleValues::Index;
  using Value = PickleValues::Value;

  void refuse(std::string why) {
    if (!refusal_) refusal_ = Refusal{"the pickle " + std::move(why)};
  }

  // --- input
  bool has(std::uint64_t count) {
    if (count <= bytes_.size() - at_) return true;
    refuse("is cut");
    return false;
  }
  std::uint64_t number(std::size_t size) {
    if (!has(size)) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at_ + i]);
    at_ += size;
    return value;
  }
  std::string_view text(std::uint64_t size) {
    if (!has(size)) return {};
    const std::string_view result(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
    at_ += size;
    return result;
  }
  std::string_view line() {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + at_, bytes_.size() - at_);
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      refuse("is cut");
      return {};
    }
    at_ += end + 1;
    return rest.substr(0, end);
  }

  // --- stack
  Index make(Value value) {
    if (out_.values_.size() >= kMostValues) {
      refuse("builds more than a million values");
      return 0;
    }
    out_.values_.push_back(std::move(value));
    return static_cast<Index>(out_.values_.size() - 1);
  }
  void push(Index index) {
    if (stack_.size() >= kMostValues) return refuse("stacks more than a million values");
    if (!refusal_) stack_.push_back(index);
  }
  void push(Value value) { push(make(std::move(value))); }
  void push(Kind kind, std::int64_t integer = 0) {
    Value value;
    value.kind = kind;
    value.integer = integer;
    push(std::move(value));
  }
  void push_text(Kind kind, std::string_view content) {
    Value value;
    value.kind = kind;
    value.text = content;
    push(std::move(value));
  }
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  Index pop() {
    if (stack_.size() <= floor()) {
      refuse("takes a value from an empty stack");
      return kNoValue;
    }
    const Index top = stack_.back();
    stack_.pop_back();
    return top;
  }
  Index top() {
    if (stack_.size() > floor()) return stack_.back();
    refuse("takes a value from an empty stack");
    return kNoValue;
  }
  /// The values above the last mark, which are taken off together with it.
  std::vector<Index> pop_to_mark() {
    if (marks_.empty()) {
      refuse("lacks a mark");
      return {};
    }
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Index> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }
  /// The value if it is of that kind, else nothing and a refusal.
  Value* expect(Index index, Kind kind, const char* what) {
    if (index != kNoValue && out_.values_[index].kind == kind) return &out_.values_[index];
    refuse(std::string("has something else where it needs ") + what);
    return nullptr;
  }
  bool is(Index index, Kind kind) const { return out_.values_[index].kind == kind; }

  // --- instructions
  void step();
  void step_number(std::uint8_t opcode);
  void step_container(std::uint8_t opcode);
  void step_memo(std::uint8_t opcode);
  void push_tuple(std::size_t size);
  void add_items(Index to, Kind kind, const std::vector<Index>& items);
  void put(std::uint64_t slot);
  void get(std::uint64_t slot);
  void global(std::string_view module, std::string_view name);
  void stack_global();
  void reduce();
  void rebuild_tensor(const std::vector<Index>& arguments);
  void rebuild_parameter(const std::vector<Index>& arguments);
  void build();
  void persistent_id();

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  PickleValues out_;
  std::vector<Index> stack_;
  std::vector<std::size_t> marks_;
  std::vector<Index> memo_;
  std::optional<Refusal> refusal_;
  bool stopped_ = false;
};

void Unpickler::step() {
  const auto opcode = static_cast<std::uint8_t>(number(1));
  if (refusal_) return;
  switch (opcode) {
    case kProto:
      if (number(1) > kHighestProtocol) refuse("is of a protocol above 4");
      return;
    case kFrame:
      number(8);
      return;
    case kStop:
      out_.root_ = pop();
      if (!stack_.empty() || !marks_.empty()) refuse("ends with more than one value");
      stopped_ = true;
      return;
    case kGlobal: {
      const std::string_view module = line();
      return global(module, line());
    }
    case kStackGlobal:
      return stack_global();
    case kReduce:
      return reduce();
    case kBuild:
      return build();
    case kBinPersId:
      return persistent_id();
    case kBinPut:
    case kLongBinPut:
    case kMemoize:
    case kBinGet:
    case kLongBinGet:
      return step_memo(opcode);
    case kMark:
    case kEmptyTuple:
    case kTuple:
    case kTuple1:
    case kTuple2:
    case kTuple3:
    case kEmptyList:
    case kAppend:
    case kAppends:
    case kEmptyDict:
    case kSetItem:
    case kSetItems:
      return step_container(opcode);
    default:
      return step_number(opcode);
  }
}

void Unpickler::step_number(std::uint8_t opcode) {
  switch (opcode) {
    case kNone:
      return push(Kind::kNone);
    case kNewTrue:
      return push(Kind::kBool, 1);
    case kNewFalse:
      return push(Kind::kBool, 0);
    case kBinInt:
      return push(Kind::kInteger, static_cast<std::int32_t>(number(4)));
    case kBinInt1:
      return push(Kind::kInteger, static_cast<std::int64_t>(number(1)));
    case kBinInt2:
      return push(Kind::kInteger, static_cast<std::int64_t>(number(2)));
    case kBinFloat:
      text(8);
      return push(Kind::kFloat);
    case kBinUnicode:
      return push_text(Kind::kText, text(number(4)));
    case kShortBinUnicode:
      return push_text(Kind::kText, text(number(1)));
    case kBinUnicode8:
      return push_text(Kind::kText, text(number(8)));
    case kLong1: {
      const std::string_view digits = text(number(1));
      if (digits.size() > sizeof(std::uint64_t)) return push_text(Kind::kLong, digits);
      std::uint64_t value = !digits.empty() && (digits.back() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
      for (std::size_t i = digits.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(digits[i]);
      return push(Kind::kInteger, static_cast<std::int64_t>(value));
    }
    default:
      refuse("has the instruction " + std::to_string(opcode) + ", which no tensor needs");
  }
}

void Unpickler::step_container(std::uint8_t opcode) {
  switch (opcode) {
    case kMark:
      if (marks_.size() >= kMostValues) return refuse("has more than a million open marks");
      marks_.push_back(stack_.size());
      return;
    case kEmptyTuple:
      return push_tuple(0);
    case kTuple1:
      return push_tuple(1);
    case kTuple2:
      return push_tuple(2);
    case kTuple3:
      return push_tuple(3);
    case kTuple: {
      Value value;
      value.kind = Kind::kTuple;
      value.items = pop_to_mark();
      return push(std::move(value));
    }
    case kEmptyList:
      return push(Kind::kList);
    case kEmptyDict:
      return push(Kind::kDict);
    case kAppend: {
      const Index item = pop();
      return add_items(top(), Kind::kList, {item});
    }
    case kSetItem: {
      const Index item = pop();
      const Index key = pop();
      return add_items(top(), Kind::kDict, {key, item});
    }
    default: {  // kAppends, kSetItems
      const std::vector<Index> items = pop_to_mark();
      return add_items(top(), opcode == kAppends ? Kind::kList : Kind::kDict, items);
    }
  }
}

void Unpickler::push_tuple(std::size_t size) {
  Value value;
  value.kind = Kind::kTuple;
  value.items.resize(size);
  for (std::size_t i = size; i-- > 0;) value.items[i] = pop();
  if (!refusal_) push(std::move(value));
}

void Unpickler::add_items(Index to, Kind kind, const std::vector<Index>& items) {
  if (refusal_) return;
  Value* container = expect(to, kind, kind == Kind::kList ? "a list" : "a dict");
  if (container == nullptr) return;
  if (kind == Kind::kDict && items.size() % 2 != 0) return refuse("has a key without a value");
  container->items.insert(container->items.end(), items.begin(), items.end());
}

void Unpickler::step_memo(std::uint8_t opcode) {
  switch (opcode) {
    case kBinPut:
      return put(number(1));
    case kLongBinPut:
      return put(number(4));
    case kMemoize:
      return put(memo_.size());
    case kBinGet:
      return get(number(1));
    default:
      return get(number(4));
  }
}

void Unpickler::put(std::uint64_t slot) {
  if (slot >= kMostMemo) return refuse("remembers more than a million values");
  const Index value = top();
  if (refusal_) return;
  if (slot >= memo_.size()) memo_.resize(slot + 1, kNoValue);
  memo_[slot] = value;
}

void Unpickler::get(std::uint64_t slot) {
  if (refusal_) return;
  if (slot >= memo_.size() || memo_[slot] == kNoValue) return refuse("recalls a value that it never remembered");
  push(memo_[slot]);
}

void Unpickler::global(std::string_view module, std::string_view name) {
  if (refusal_) return;
  Value value;
  value.kind = Kind::kGlobal;
  const auto storage = parse_torch_storage(name);
  if (module == "collections" && name == "OrderedDict") {
    value.global = Global::kOrderedDict;
  } else if (module == "torch._utils" && name == "_rebuild_tensor_v2") {
    value.global = Global::kRebuildTensor;
  } else if (module == "torch._utils" && name == "_rebuild_parameter") {
    value.global = Global::kRebuildParameter;
  } else if (module == "torch" && storage) {
    value.global = Global::kStorageClass;
    value.dtype = *storage;
  } else {
    return refuse("names " + in_quotes(std::string(module) + "." + std::string(name)) +
                  ", which no tensor needs: it is not run");
  }
  push(std::move(value));
}

void Unpickler::stack_global() {
  const Value* name = expect(pop(), Kind::kText, "a name");
  const Value* module = name == nullptr ? nullptr : expect(pop(), Kind::kText, "a module");
  if (module != nullptr) global(module->text, name->text);
}

void Unpickler::reduce() {
  const Value* arguments = expect(pop(), Kind::kTuple, "arguments");
  const Value* callee = arguments == nullptr ? nullptr : expect(pop(), Kind::kGlobal, "something to call");
  if (callee == nullptr) return;
  switch (callee->global) {
    case Global::kOrderedDict:
      if (!arguments->items.empty()) return refuse("fills an OrderedDict in a way that is not supported");
      return push(Kind::kDict);
    case Global::kRebuildTensor:
      return rebuild_tensor(arguments->items);
    case Global::kRebuildParameter:
      return rebuild_parameter(arguments->items);
    case Global::kStorageClass:
      return refuse("calls a storage class");
  }
}

/// (storage, offset, size, stride, requires_grad, backward_hooks[, metadata])
void Unpickler::rebuild_tensor(const std::vector<Index>& arguments) {
  constexpr std::size_t kFewest = 6;
  constexpr std::size_t kMost = 7;
  if (arguments.size() < kFewest || arguments.size() > kMost)
    return refuse("builds a tensor from a wrong number of parts");
  const bool holds = is(arguments[0], Kind::kStorage) && is(arguments[1], Kind::kInteger) &&
                     is(arguments[2], Kind::kTuple) && is(arguments[3], Kind::kTuple);
  if (!holds) return refuse("builds a tensor from parts of wrong kinds");
  for (const std::size_t part : {2, 3}) {
    for (const Index item : out_.values_[arguments[part]].items) {
      if (!is(item, Kind::kInteger)) return refuse("builds a tensor with a size or stride that is no whole number");
    }
  }
  Value tensor;
  tensor.kind = Kind::kTensor;
  tensor.items.assign(arguments.begin(), arguments.begin() + 4);
  push(std::move(tensor));
}

/// (tensor, requires_grad, backward_hooks): the tensor itself, as for reading it is all there is to it.
void Unpickler::rebuild_parameter(const std::vector<Index>& arguments) {
  constexpr std::size_t kParts = 3;
  if (arguments.size() != kParts || !is(arguments[0], Kind::kTensor))
    return refuse("builds a parameter from something else than a tensor");
  push(arguments[0]);
}

/// PyTorch hangs the versions of a module's parts (`_metadata`) on a state's OrderedDict: dropped.
void Unpickler::build() {
  const Index state = pop();
  const Index target = top();
  if (expect(state, Kind::kDict, "a state that is a dict") != nullptr)
    expect(target, Kind::kDict, "a dict that takes a state");
}

/// ('storage', class, key, location, element count[, view]): the last in the legacy format only, and None.
void Unpickler::persistent_id() {
  const Value* id = expect(pop(), Kind::kTuple, "the description of a storage");
  if (id == nullptr) return;
  constexpr std::size_t kParts = 5;
  const std::vector<Index>& parts = id->items;
  const bool holds = (parts.size() == kParts || (parts.size() == kParts + 1 && is(parts[kParts], Kind::kNone))) &&
                     is(parts[0], Kind::kText) && out_.values_[parts[0]].text == "storage" &&
                     is(parts[1], Kind::kGlobal) && out_.values_[parts[1]].global == Global::kStorageClass &&
                     is(parts[2], Kind::kText) && is(parts[4], Kind::kInteger) && out_.values_[parts[4]].integer >= 0;
  if (!holds) return refuse("describes a storage in an unknown way");
  Value storage;
  storage.kind = Kind::kStorage;
  storage.dtype = out_.values_[parts[1]].dtype;
  storage.text = out_.values_[parts[2]].text;
  storage.integer = out_.values_[parts[4]].integer;
  push(std::move(storage));
}

std::variant<PickleValues, Refusal> parse_pickle(std::span<const std::byte> bytes) {
  return Unpickler(bytes).run();
}

}  // namespace rapport::nn
