#include "inference/model_registry.h"

#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace rapport::inference {
namespace {

using Key = std::pair<TenantId, ModelKind>;
using ModelPointer = std::shared_ptr<const scoring::VersionedModel>;

constexpr std::size_t kMaxLoaded = 1024;  // models of many tenants: past this the registry starts afresh

Error not_trained(ModelKind kind) {
  const std::string name(to_string(kind));
  return Error(ErrorKind::kUnavailable, "model_not_trained",
               "The model " + name + " is not trained. Train it with `rapport train " + name +
                   "`, or POST /api/v1/ml/training/train-model with {\"model_name\": \"" + name + "\"}.");
}

}  // namespace

struct ModelRegistry::Impl {
  struct Entry {
    std::int64_t revision = 0;  ///< of the store, when it was found to be the champion
    ModelPointer model;
  };

  Impl(store::Store& s, const Clock& c, Metrics& m) : store(s), clock(c) {
    for (const ModelKind kind : kModelKinds) {
      loads.emplace(kind, m.counter("rapport_model_loads_total", "Models put into service.",
                                    {{"model", std::string(to_string(kind))}}));
    }
  }

  std::optional<Entry> find(const Key& key) {
    const std::shared_lock lock(mutex);
    const auto found = loaded.find(key);
    return found == loaded.end() ? std::nullopt : std::optional(found->second);
  }

  void keep(const Key& key, Entry entry) {
    const std::unique_lock lock(mutex);
    if (loaded.size() >= kMaxLoaded) loaded.clear();
    loaded[key] = std::move(entry);
  }

  /// Asks the store for its revision when the last answer is old.
  void recheck() {
    const std::int64_t now = to_epoch_ms(clock.now());
    std::int64_t last = checked_ms.load();
    if (now - last < kRecheck.count() && now >= last) return;
    if (checked_ms.compare_exchange_strong(last, now)) revision = store.models_revision();
  }

  ModelPointer read(const TenantId& tenant, const store::ModelRecord& record) {
    try {
      scoring::LoadedArtifact artifact = scoring::from_artifact(store.artifact(tenant, record.version));
      return std::make_shared<const scoring::VersionedModel>(scoring::VersionedModel{
          record.version, record.created_at, std::move(artifact.card), std::move(artifact.model)});
    } catch (const Error& error) {
      if (error.code() != "malformed_model" && error.code() != "model_damaged") throw;
      throw Error(ErrorKind::kUnavailable, "model_damaged",
                  "The stored model " + record.version + " cannot be read. Train it anew, or roll back.")
          .with_log(error.what());
    }
  }

  /// The champion as the store has it now. One thread loads; who has an older model goes on with it meanwhile.
  ModelPointer load(const Key& key, std::optional<Entry> old) {
    std::unique_lock lock(loading, std::defer_lock);
    if (old) {
      if (!lock.try_lock()) return old->model;
    } else {
      lock.lock();
      old = find(key);
    }
    const std::int64_t seen = revision;
    if (old && old->revision == seen) return old->model;
    const std::optional<store::ModelRecord> record = store.champion(key.first, key.second);
    if (!record) throw not_trained(key.second);
    if (old && old->model->version == record->version) {
      keep(key, {seen, old->model});
      return old->model;
    }
    ModelPointer model = read(key.first, *record);
    keep(key, {seen, model});
    loads.at(key.second).add();
    log_info("model in service", {{"model_version", record->version}, {"tenant", key.first.text()}});
    return model;
  }

  store::Store& store;
  const Clock& clock;
  std::map<ModelKind, Metrics::Counter> loads;
  std::shared_mutex mutex;  ///< of `loaded`
  std::mutex loading;
  std::map<Key, Entry> loaded;
  std::atomic<std::int64_t> revision{-1};
  std::atomic<std::int64_t> checked_ms{-1'000'000};
};

ModelRegistry::ModelRegistry(store::Store& store, const Clock& clock, Metrics& metrics)
    : impl_(std::make_unique<Impl>(store, clock, metrics)) {}

ModelRegistry::~ModelRegistry() = default;

std::shared_ptr<const scoring::VersionedModel> ModelRegistry::champion(const TenantId& tenant, ModelKind kind) {
  impl_->recheck();
  const Key key(tenant, kind);
  const std::optional<Impl::Entry> entry = impl_->find(key);
  if (entry && entry->revision == impl_->revision) return entry->model;
  return impl_->load(key, entry);
}

std::shared_ptr<const scoring::VersionedModel> ModelRegistry::load(const TenantId& tenant, const std::string& version) {
  for (const store::ModelRecord& record : impl_->store.models(tenant, std::nullopt)) {
    if (record.version == version) return impl_->read(tenant, record);
  }
  throw Error(ErrorKind::kNotFound, "unknown_model_version",
              "There is no model version " + version + ". `rapport models list` shows what there is.");
}

void ModelRegistry::refresh() { impl_->revision = impl_->store.models_revision(); }

}  // namespace rapport::inference
