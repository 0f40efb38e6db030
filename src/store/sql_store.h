#pragma once

#include <memory>

#include "store/connection_pool.h"
#include "store/store.h"

namespace rapport::store {

/// The store over SQL: rows in sql_store.cpp, their analyses in analysis_statements.cpp, transcripts in
/// transcript_statements.cpp, models in model_statements.cpp, jobs in job_statements.cpp, translations in
/// translation_statements.cpp.
class SqlStore final : public Store {
 public:
  /// Brings the schema up to date.
  SqlStore(std::unique_ptr<ConnectionPool> pool, const Clock& clock);

  std::unique_ptr<BulkWriter> bulk_writer(const TenantId& tenant) override;
  std::map<std::string, std::int64_t> row_counts(const TenantId& tenant) override;
  void scan_histories(const TenantId& tenant, const std::function<void(const ContactHistory&)>& visit,
                      const Progress& progress) override;
  std::optional<ContactHistory> history(const TenantId& tenant, const ContactId& contact) override;
  std::vector<MessageWords> messages_to_analyze(const TenantId& tenant, ToAnalyze which,
                                                const std::optional<MessagePosition>& after,
                                                std::size_t limit) override;
  std::int64_t count_to_analyze(const TenantId& tenant, ToAnalyze which) override;
  std::int64_t write_analyses(const TenantId& tenant, std::span<const MessageAnalysis> analyses) override;
  std::optional<VoiceMessage> voice_message(const TenantId& tenant, const MessageId& message) override;
  bool write_transcript(const TenantId& tenant, const MessageId& message, std::string_view transcript,
                        const std::string& language) override;
  std::optional<Time> data_until(const TenantId& tenant) override;

  std::vector<ModelRecord> publish_models(const TenantId& tenant, std::span<const NewModel> models,
                                          const std::optional<JobCompletion>& job) override;
  std::vector<ModelRecord> models(const TenantId& tenant, std::optional<ModelKind> kind) override;
  std::optional<ModelRecord> champion(const TenantId& tenant, ModelKind kind) override;
  std::string artifact(const TenantId& tenant, const std::string& version) override;
  ModelRecord promote_model(const TenantId& tenant, const std::string& version) override;
  std::int64_t models_revision() override;

  Job enqueue_job(const TenantId& tenant, const std::string& type, const std::string& payload,
                  std::size_t most_open) override;
  std::optional<Job> job(const TenantId& tenant, const std::string& id) override;
  std::optional<Job> claim_job(const std::string& owner, Duration lease) override;
  bool heartbeat(const std::string& job_id, const std::string& owner, Duration lease, double progress) override;
  bool finish_job(const std::string& job_id, const std::string& owner, JobState state,
                  const std::string& result) override;
  bool release_job(const JobLease& lease, Duration delay, bool count_attempt) override;
  std::int64_t delete_finished_jobs(Duration age) override;

  std::vector<std::optional<StoredTranslation>> translations(const TenantId& tenant, std::span<const std::string> keys,
                                                             Time not_before) override;
  void keep_translations(const TenantId& tenant, std::span<const StoredTranslation> translations,
                         std::size_t most) override;

  void put_fact(const TenantId& tenant, const std::string& name, const std::string& value) override;
  std::map<std::string, std::string> facts(const TenantId& tenant) override;
  void check() override;

 private:
  std::unique_ptr<ConnectionPool> pool_;
  const Clock& clock_;
};

}  // namespace rapport::store
