#include "server/http/shard.h"

#include <algorithm>

#include "server/http/connection.h"
#include "server/http/response_writer.h"

namespace rapport::http {
namespace {

constexpr std::size_t kReadBufferBytes = 64 * 1024;

std::chrono::milliseconds sweep_interval(const ServerLimits& limits) {
  constexpr int kSweepsPerDeadline = 8;
  const auto shortest = std::min({limits.header_deadline, limits.idle_timeout, limits.write_timeout});
  return std::clamp(shortest / kSweepsPerDeadline, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

}  // namespace

Shard::Shard(const SharedParts& shared, const Router& router, Metrics& metrics)
    : parts(shared), recorder(router, metrics), buffer(kReadBufferBytes) {}

void Shard::start_sweeping() {
  timer_.expires_after(sweep_interval(parts.limits));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    sweep();
    start_sweeping();
  });
}

void Shard::sweep() {
  const auto now = Clock::now();
  std::vector<std::shared_ptr<Connection>> late;  // what is late may leave the map while it is told
  for (const auto& [key, connection] : connections_) {
    if (connection->is_late(now)) late.push_back(connection);
  }
  for (const auto& connection : late) connection->on_late(now);
}

void Shard::drain() {
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections_.size());
  for (const auto& [key, connection] : connections_) all.push_back(connection);
  for (const auto& connection : all) connection->drain();
}

void Shard::abandon() {
  for (const auto& [key, connection] : connections_) connection->abandon();
}

void Shard::add(const std::shared_ptr<Connection>& connection) { connections_.emplace(connection.get(), connection); }

void Shard::remove(const Connection* connection) {
  if (connections_.erase(connection) == 0) return;
  --load;
  parts.on_connection_closed();
}

const std::string& Shard::date() {
  const Time now = parts.clock.now();
  const std::int64_t second = to_epoch_ms(now) / 1000;
  if (second != date_second_) {
    date_second_ = second;
    date_ = http_date(now);
  }
  return date_;
}

}  // namespace rapport::http
