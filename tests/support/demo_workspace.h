#pragma once

#include <string>

#include "support/temporary_folder.h"

namespace rapport::testing {

/// Tenants of the demo workspace: one with a business and three trained models, one without a row.
constexpr const char* kDemoTenant = "default";
constexpr const char* kOtherTenant = "other";

/// A workspace with a generated business (400 contacts, 300 days, seed 7) and three trained models: a copy of one that
/// is made once per build of the program, so that every test may change its own.
class DemoWorkspace {
 public:
  DemoWorkspace();

  /// The folder for --data.
  std::string data() const { return folder_ / "data"; }
  const TemporaryFolder& folder() const { return folder_; }

  /// A token: "viewer", "analyst" or "admin" of a tenant.
  std::string token(const std::string& role = "viewer", const std::string& tenant = kDemoTenant) const;

 private:
  TemporaryFolder folder_;
};

/// A token for any workspace, by `rapport token create`.
std::string create_token(const std::string& data, const std::string& role, const std::string& tenant);

}  // namespace rapport::testing
