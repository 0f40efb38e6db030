#include <string>
#include <vector>

#include "store/store_fixture.h"

namespace rapport::store {
namespace {

class TranslationsStore : public StoreTest {
 protected:
  static StoredTranslation translation(const std::string& key, std::int64_t seconds, const std::string& text = "hola") {
    return {.key = key, .text = PrivateText(text), .confidence = 0.75, .created_at = at(seconds)};
  }

  void keep(const std::vector<StoredTranslation>& translations, std::size_t most = 100) {
    store->keep_translations(tenant, translations, most);
  }

  std::optional<StoredTranslation> find(const std::string& key, Time not_before = at(0)) {
    const std::vector<std::string> keys = {key};
    return store->translations(tenant, keys, not_before).at(0);
  }

  std::string kept(const std::vector<std::string>& keys) {
    std::string found;
    for (const auto& each : store->translations(tenant, keys, at(-1'000'000))) found += each ? each->key : "-";
    return found;
  }
};
RAPPORT_STORE_SUITE(TranslationsStore);

TEST_P(TranslationsStore, GivesBackWhatItKept) {
  StoredTranslation plain = translation("b", 2, "nom \xF0\x9F\x91\x8D 'x' \"y\"\n");
  plain.confidence.reset();
  keep({translation("a", 1), plain});

  const auto first = find("a");
  const auto second = find("b");

  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->text.reveal(), "hola");
  EXPECT_EQ(first->confidence, 0.75);
  EXPECT_EQ(first->created_at, at(1));
  EXPECT_EQ(second->text, plain.text);
  EXPECT_FALSE(second->confidence);
  EXPECT_FALSE(find("c"));
}

TEST_P(TranslationsStore, AnswersKeysInTheirOrderAndMoreThanOnce) {
  keep({translation("a", 1), translation("b", 1)});

  EXPECT_EQ(kept({"b", "x", "a", "b"}), "b-ab");
  EXPECT_EQ(kept({}), "");
}

TEST_P(TranslationsStore, ANewOneTakesThePlaceOfTheOldOne) {
  keep({translation("a", 1)});
  keep({translation("a", 5, "buenas")});

  EXPECT_EQ(find("a")->text.reveal(), "buenas");
  EXPECT_EQ(find("a")->created_at, at(5));
}

TEST_P(TranslationsStore, DoesNotGiveWhatIsTooOld) {
  keep({translation("a", 10)});

  EXPECT_TRUE(find("a", at(10)));
  EXPECT_FALSE(find("a", at(11)));
}

TEST_P(TranslationsStore, NoTenantSeesAnothersAndNoneEvictsAnothers) {
  keep({translation("a", 1)});
  const std::vector<StoredTranslation> theirs = {translation("a", 2, "ciao"), translation("b", 3), translation("c", 4)};
  store->keep_translations(other_tenant, theirs, 2);

  EXPECT_EQ(find("a")->text.reveal(), "hola");
  EXPECT_EQ(kept({"b"}), "-");
}

TEST_P(TranslationsStore, KeepsTheNewestAndNoMoreThanItMay) {
  keep({translation("a", 1), translation("b", 3), translation("c", 2)}, 3);
  EXPECT_EQ(kept({"a", "b", "c"}), "abc");

  keep({translation("d", 4)}, 3);
  EXPECT_EQ(kept({"a", "b", "c", "d"}), "-bcd");

  keep({translation("f", 5), translation("e", 5), translation("g", 5)}, 2);
  EXPECT_EQ(kept({"b", "c", "d", "e", "f", "g"}), "----fg") << "of the same moment: the later keys";

  keep({}, 0);
  EXPECT_EQ(kept({"f", "g"}), "--");
}

TEST_P(TranslationsStore, WritesAllOrNone) {
  StoredTranslation wrong = translation("b", 2);
  wrong.confidence = 1.5;

  EXPECT_ANY_THROW(keep({translation("a", 1), wrong}));
  EXPECT_EQ(error_of([&] { keep({translation("c", 1), translation("", 1)}); }), "invalid_row key");

  EXPECT_EQ(kept({"a", "b", "c"}), "---");
}

}  // namespace
}  // namespace rapport::store
