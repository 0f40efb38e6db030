#include <array>
#include <string>
#include <vector>

#include "store/store_fixture.h"

namespace rapport::store {
namespace {

class ModelsStore : public StoreTest {
 protected:
  ModelRecord publish(const TenantId& of, const std::string& artifact, bool promote = true) {
    return publish_one(*store, of, {ModelKind::kLeadScoring, artifact, 120, R"({"r2":0.8})", promote});
  }
  std::string champion_of(const TenantId& of) {
    const auto record = store->champion(of, ModelKind::kLeadScoring);
    return record ? record->version : "";
  }
  JobLease claimed_job(const TenantId& of) {
    const Job job = store->enqueue_job(of, "train", "{}");
    store->claim_job("worker", std::chrono::seconds(30));
    return {job.id, "worker"};
  }
};
RAPPORT_STORE_SUITE(ModelsStore);

TEST_P(ModelsStore, NumbersTheVersionsOfADay) {
  const ModelRecord first = publish(tenant, "a");
  const ModelRecord second = publish(tenant, "b");
  clock.advance(kDay);
  const ModelRecord third = publish(tenant, "c");

  EXPECT_EQ(first.version, "lead_scoring@2025-11-23.1");
  EXPECT_EQ(second.version, "lead_scoring@2025-11-23.2");
  EXPECT_EQ(third.version, "lead_scoring@2025-11-24.1");
  EXPECT_EQ(publish(other_tenant, "d").version, "lead_scoring@2025-11-24.1");
}

TEST_P(ModelsStore, GivesBackWhatWasPublished) {
  const ModelRecord record = publish(tenant, "artifact ü");

  EXPECT_EQ(store->artifact(tenant, record.version), "artifact ü");
  const auto found = store->champion(tenant, ModelKind::kLeadScoring);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, ModelKind::kLeadScoring);
  EXPECT_EQ(found->created_at, clock.now());
  EXPECT_EQ(found->trained_samples, 120);
  EXPECT_EQ(found->metadata, R"({"r2":0.8})");
  EXPECT_EQ(found->sha256, record.sha256);
  EXPECT_EQ(found->aliases, std::vector<std::string>{"champion"});
}

TEST_P(ModelsStore, MakesTheOldChampionThePrevious) {
  const ModelRecord first = publish(tenant, "a");
  const ModelRecord second = publish(tenant, "b");

  const auto models = store->models(tenant, ModelKind::kLeadScoring);

  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].version, second.version);
  EXPECT_EQ(models[0].aliases, std::vector<std::string>{"champion"});
  EXPECT_EQ(models[1].version, first.version);
  EXPECT_EQ(models[1].aliases, std::vector<std::string>{"previous"});
}

TEST_P(ModelsStore, StoresWithoutMovingAnAlias) {
  const ModelRecord first = publish(tenant, "a");
  const std::int64_t revision = store->models_revision();

  const ModelRecord second = publish(tenant, "b", false);

  EXPECT_EQ(champion_of(tenant), first.version);
  EXPECT_TRUE(second.aliases.empty());
  EXPECT_EQ(store->models_revision(), revision);
}

TEST_P(ModelsStore, PromotesAnOlderVersionAndBack) {
  const ModelRecord first = publish(tenant, "a");
  const ModelRecord second = publish(tenant, "b");

  const ModelRecord promoted = store->promote_model(tenant, first.version);

  EXPECT_EQ(promoted.aliases, std::vector<std::string>{"champion"});
  EXPECT_EQ(champion_of(tenant), first.version);
  EXPECT_EQ(store->models(tenant, {})[0].aliases, std::vector<std::string>{"previous"});
  store->promote_model(tenant, second.version);
  EXPECT_EQ(champion_of(tenant), second.version);
}

TEST_P(ModelsStore, KeepsThePreviousWhenTheChampionIsPromotedAgain) {
  const ModelRecord first = publish(tenant, "a");
  const ModelRecord second = publish(tenant, "b");

  store->promote_model(tenant, second.version);

  EXPECT_EQ(store->models(tenant, {})[1].version, first.version);
  EXPECT_EQ(store->models(tenant, {})[1].aliases, std::vector<std::string>{"previous"});
}

TEST_P(ModelsStore, GrowsItsRevisionWithEveryAliasThatMovesInAnyStore) {
  const auto elsewhere = Store::open(database->url(), clock);
  const std::int64_t start = store->models_revision();

  const ModelRecord first = publish_one(*elsewhere, tenant, {ModelKind::kLeadScoring, "a", 1, "{}", true});
  const std::int64_t published = store->models_revision();
  publish(other_tenant, "b");
  publish(tenant, "c");
  const std::int64_t later = store->models_revision();
  elsewhere->promote_model(tenant, first.version);

  EXPECT_GT(published, start);
  EXPECT_GT(later, published);
  EXPECT_GT(store->models_revision(), later);
}

TEST_P(ModelsStore, RefusesADamagedArtifact) {
  const ModelRecord record = publish(tenant, "artifact");

  database->run("UPDATE models SET artifact = 'artifacT'");

  EXPECT_EQ(error_of([&] { store->artifact(tenant, record.version); }), "model_damaged");
}

TEST_P(ModelsStore, AnswersForAnotherTenantsModelAsForNone) {
  const ModelRecord record = publish(tenant, "a");

  EXPECT_EQ(error_of([&] { store->artifact(other_tenant, record.version); }), "unknown_model");
  EXPECT_EQ(error_of([&] { store->promote_model(other_tenant, record.version); }), "unknown_model");
  EXPECT_FALSE(store->champion(other_tenant, ModelKind::kLeadScoring));
  EXPECT_TRUE(store->models(other_tenant, {}).empty());
  EXPECT_EQ(error_of([&] { store->artifact(tenant, "lead_scoring@1999-01-01.1"); }), "unknown_model");
}

TEST_P(ModelsStore, KeepsTheKindsApart) {
  publish(tenant, "a");

  EXPECT_FALSE(store->champion(tenant, ModelKind::kChurnPrediction));
  EXPECT_TRUE(store->models(tenant, ModelKind::kChurnPrediction).empty());
  EXPECT_EQ(store->models(tenant, {}).size(), 1U);
}

TEST_P(ModelsStore, FinishesAJobTogetherWithItsModels) {
  const JobLease lease = claimed_job(tenant);
  const std::array<NewModel, 2> models = {NewModel{ModelKind::kLeadScoring, "a", 1, "{}", true},
                                          NewModel{ModelKind::kChurnPrediction, "b", 1, "{}", true}};

  const auto records = store->publish_models(
      tenant, models, JobCompletion{lease, [](const auto& all) { return "\"" + all[1].version + "\""; }});

  ASSERT_EQ(records.size(), 2U);
  const auto job = store->job(tenant, lease.job_id);
  EXPECT_EQ(job->state, JobState::kSucceeded);
  EXPECT_EQ(job->progress, 1);
  EXPECT_EQ(job->result, "\"" + records[1].version + "\"");
  EXPECT_EQ(champion_of(tenant), records[0].version);
}

TEST_P(ModelsStore, PublishesNothingForAWorkerThatLostItsLease) {
  const JobLease lease = claimed_job(tenant);
  clock.advance(std::chrono::seconds(31));
  ASSERT_TRUE(store->claim_job("rival", std::chrono::seconds(30)));
  const NewModel model = {ModelKind::kLeadScoring, "a", 1, "{}", true};
  const std::int64_t revision = store->models_revision();

  EXPECT_EQ(error_of([&] {
              store->publish_models(tenant, std::span(&model, 1),
                                    JobCompletion{lease, [](const auto&) { return "{}"; }});
            }),
            "lease_lost");

  EXPECT_TRUE(store->models(tenant, {}).empty());
  EXPECT_EQ(store->models_revision(), revision);
  EXPECT_EQ(store->job(tenant, lease.job_id)->state, JobState::kRunning);
}

TEST_P(ModelsStore, PublishesNothingUnderAnotherTenantsJob) {
  const JobLease lease = claimed_job(tenant);
  const NewModel model = {ModelKind::kLeadScoring, "a", 1, "{}", true};

  EXPECT_EQ(error_of([&] {
              store->publish_models(other_tenant, std::span(&model, 1),
                                    JobCompletion{lease, [](const auto&) { return "{}"; }});
            }),
            "lease_lost");
}

}  // namespace
}  // namespace rapport::store
