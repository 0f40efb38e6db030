#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/progress.h"
#include "domain/history.h"
#include "domain/names.h"

namespace rapport::store {

/// A model as it was published: immutable, but for the alias that points at it.
struct ModelRecord {
  ModelKind kind;
  std::string version;  ///< "lead_scoring@2026-11-23.1"
  Time created_at;
  std::string sha256;  ///< of the artifact
  std::int64_t trained_samples = 0;
  std::string metadata;              ///< JSON text: metrics, importance, card
  std::vector<std::string> aliases;  ///< "champion", "previous"
};

/// A model that is to be published.
struct NewModel {
  ModelKind kind;
  std::string artifact;
  std::int64_t trained_samples = 0;
  std::string metadata;  ///< JSON text
  bool promote = true;   ///< false: stored, no alias moved
};

/// The right to work on a job: `owner` is the worker that claimed it.
struct JobLease {
  std::string job_id;
  std::string owner;
};

/// A job that succeeds together with a publishing. `result` makes the job's result (JSON text) of what was published.
struct JobCompletion {
  JobLease lease;
  std::function<std::string(const std::vector<ModelRecord>&)> result;
};

enum class JobState { kQueued, kRunning, kSucceeded, kFailed };

struct Job {
  std::string id;
  TenantId tenant;
  std::string type;     ///< "train_model"
  std::string payload;  ///< JSON text
  JobState state = JobState::kQueued;
  std::string result;   ///< JSON text, when it succeeded or failed
  double progress = 0;  ///< 0..1
  int attempts = 0;
  Time created_at;
  Time updated_at;
};

/// A writer of many rows, all in one transaction: `commit` makes them durable, destruction without it leaves no trace.
/// A row with a known id replaces the row with that id; a row that cannot be written throws kInvalid
/// ("unknown_contact", ...) naming the field in `fields()[0].pointer`, and the others stand.
///
/// Threads   one thread; holds the store's write lock until `commit` or its destruction. Nothing else of the store that
///           writes may be called by that thread meanwhile.
class BulkWriter {
 public:
  virtual ~BulkWriter() = default;
  virtual void write(const Row& row) = 0;
  virtual void commit() = 0;
};

/// A place among a tenant's messages, which are passed over in the order of contact, time and id.
struct MessagePosition {
  ContactId contact;
  Time sent_at;
  MessageId message;
};

/// What the analysis of a stored message needs.
struct MessageWords {
  MessagePosition position;
  PrivateText words;             ///< its text, or the transcript of a voice note
  std::string language;          ///< of the message; empty: not known
  std::string contact_language;  ///< empty: not known
};

/// Which messages are to be analysed: those that contacts wrote, with words.
enum class ToAnalyze {
  kMissing,  ///< without an analysis
  kOurs,     ///< these, and those whose analysis was made here; never one that the business brought
};

/// What was found out about a stored message.
struct MessageAnalysis {
  MessageId message;
  std::string_view words;            ///< that were analysed: a message whose words are others by now stays as it is
  std::string language;              ///< kept where the message has none; empty: not known
  std::optional<Analysis> analysis;  ///< nullopt: there is nothing to say, and an earlier analysis goes
  std::string analyzed_by;           ///< names of the models
};

/// A stored message to which a recording belongs.
struct VoiceMessage {
  Direction direction = Direction::kInbound;
  bool has_text = false;         ///< beside the recording: then these are its words
  std::string language;          ///< of the message; empty: not known
  std::string contact_language;  ///< empty: not known
};

/// A translation that is remembered. The key is a digest of all that it depends on: its maker's business.
struct StoredTranslation {
  std::string key;  ///< 1 to 200 bytes
  PrivateText text;
  std::optional<double> confidence;  ///< 0..1; nullopt: its translator says none
  Time created_at{};
};

struct StoreOptions {
  Duration lock_wait = std::chrono::seconds(10);  ///< how long a writer waits for another before "store_busy"
};

/// Everything that Rapport remembers: SQLite in one file, or PostgreSQL. Every call names its tenant and sees that
/// tenant's rows alone.
///
/// Threads   safe: one writer at a time, readers beside it.
/// Throws    kUnavailable "store_unavailable", kConflict "store_busy", kInternal.
class Store {
 public:
  /// `url` is "sqlite:PATH" or "postgresql://...". Makes the database and brings its schema up to date. `clock` must
  /// outlive the store. Throws kInvalid "bad_database_url", kConflict "store_newer" when a newer program made the
  /// database, kUnavailable "store_unavailable" when it cannot be opened, kInternal "store_damaged" when it is no
  /// database of Rapport or a broken one.
  static std::unique_ptr<Store> open(const std::string& url, const Clock& clock, StoreOptions options = {});
  virtual ~Store() = default;

  // Rows
  virtual std::unique_ptr<BulkWriter> bulk_writer(const TenantId& tenant) = 0;
  /// Rows of each table, by the table's name ("contacts", ...).
  virtual std::map<std::string, std::int64_t> row_counts(const TenantId& tenant) = 0;
  /// Each contact's history, in order of contact id. One pass over each table; memory is bounded by the largest
  /// contact.
  virtual void scan_histories(const TenantId& tenant, const std::function<void(const ContactHistory&)>& visit,
                              const Progress& progress = {}) = 0;
  virtual std::optional<ContactHistory> history(const TenantId& tenant, const ContactId& contact) = 0;
  /// Up to `limit` messages behind `after` (nullopt: from the start), fewer when their words take many megabytes. None:
  /// there are no more.
  virtual std::vector<MessageWords> messages_to_analyze(const TenantId& tenant, ToAnalyze which,
                                                        const std::optional<MessagePosition>& after,
                                                        std::size_t limit) = 0;
  virtual std::int64_t count_to_analyze(const TenantId& tenant, ToAnalyze which) = 0;
  /// All of them or none, in one transaction. Returns how many messages took theirs.
  virtual std::int64_t write_analyses(const TenantId& tenant, std::span<const MessageAnalysis> analyses) = 0;
  virtual std::optional<VoiceMessage> voice_message(const TenantId& tenant, const MessageId& message) = 0;
  /// Puts down what a message's recording says; empty: nothing is said in it. `language` is kept where the message has
  /// none; empty: not known. An analysis that was made here of other words goes. False when there is no such message.
  /// Throws kInvalid "invalid_row" when the transcript is too long.
  virtual bool write_transcript(const TenantId& tenant, const MessageId& message, std::string_view transcript,
                                const std::string& language) = 0;
  /// Time of the tenant's latest row: until when the data reaches.
  virtual std::optional<Time> data_until(const TenantId& tenant) = 0;

  // Models
  /// Stores each artifact under the next version of its day and points "champion" at it where the model says so (the
  /// old champion becomes "previous"): all of them or none, in one transaction. With `job` the job succeeds in the same
  /// transaction, its progress 1; when its lease is another's by now, nothing is published. Throws kConflict
  /// "lease_lost".
  virtual std::vector<ModelRecord> publish_models(const TenantId& tenant, std::span<const NewModel> models,
                                                  const std::optional<JobCompletion>& job) = 0;
  /// Newest first.
  virtual std::vector<ModelRecord> models(const TenantId& tenant, std::optional<ModelKind> kind) = 0;
  virtual std::optional<ModelRecord> champion(const TenantId& tenant, ModelKind kind) = 0;
  /// The artifact's text, checked against its sha256. Throws kNotFound, kInternal when it is damaged.
  virtual std::string artifact(const TenantId& tenant, const std::string& version) = 0;
  /// Points "champion" at `version` (the old champion becomes "previous"). Throws kNotFound.
  virtual ModelRecord promote_model(const TenantId& tenant, const std::string& version) = 0;
  /// Grows with every change of any alias of any tenant, by any process: a cheap check for a new champion.
  virtual std::int64_t models_revision() = 0;

  // Jobs: at least once, with leases
  /// Throws kOverloaded "too_many_jobs" when `most_open` of the tenant's jobs are queued or running already.
  virtual Job enqueue_job(const TenantId& tenant, const std::string& type, const std::string& payload,
                          std::size_t most_open = SIZE_MAX) = 0;
  virtual std::optional<Job> job(const TenantId& tenant, const std::string& id) = 0;
  /// The oldest job that is queued, or whose lease ran out, leased to `owner` until now + `lease`.
  virtual std::optional<Job> claim_job(const std::string& owner, Duration lease) = 0;
  /// False when the lease is another's by now.
  virtual bool heartbeat(const std::string& job_id, const std::string& owner, Duration lease, double progress) = 0;
  virtual bool finish_job(const std::string& job_id, const std::string& owner, JobState state,
                          const std::string& result) = 0;
  /// Gives the job back, to be claimed again after `delay`. `count_attempt` false: as if it had not been claimed. False
  /// when the lease is another's by now.
  virtual bool release_job(const JobLease& lease, Duration delay, bool count_attempt) = 0;
  /// Forgets every tenant's jobs that finished longer than `age` ago; how many there were.
  virtual std::int64_t delete_finished_jobs(Duration age) = 0;

  // Remembered translations
  /// For each key the translation that was made at `not_before` or later, where there is one.
  virtual std::vector<std::optional<StoredTranslation>> translations(const TenantId& tenant,
                                                                     std::span<const std::string> keys,
                                                                     Time not_before) = 0;
  /// Keeps them, each in the place of an older one of its key, in one transaction. Of all of the tenant's, the newest
  /// `most` stay.
  virtual void keep_translations(const TenantId& tenant, std::span<const StoredTranslation> translations,
                                 std::size_t most) = 0;

  // Facts about a workspace, by name: "demo.best.lead_scoring.r2"
  virtual void put_fact(const TenantId& tenant, const std::string& name, const std::string& value) = 0;
  virtual std::map<std::string, std::string> facts(const TenantId& tenant) = 0;

  /// Reads and writes once. Throws when either fails.
  virtual void check() = 0;
};

}  // namespace rapport::store
