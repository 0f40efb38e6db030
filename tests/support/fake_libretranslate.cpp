#include "support/fake_libretranslate.h"

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <list>
#include <mutex>
#include <thread>

namespace rapport::testing {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

json::array languages() {
  const json::array codes = {"ar", "en", "es", "fr", "hi", "pt"};
  json::array list;
  for (const json::value& code : codes) {
    list.push_back(json::object{{"code", code}, {"name", code}, {"targets", codes}});
  }
  return list;
}

}  // namespace

struct FakeLibreTranslate::Impl {
  /// The other language's text of one string, or of an array of them.
  json::value translate(const json::value& q, const std::string& target, bool& broken) {
    if (const json::array* all = q.if_array()) {
      json::array answers;
      for (const json::value& each : *all) answers.push_back(translate(each, target, broken));
      return answers;
    }
    const std::string text(q.as_string());
    if (text.find("slow") != std::string::npos) std::this_thread::sleep_for(std::chrono::milliseconds(500));
    broken = broken || text.find("broken") != std::string::npos;
    ++texts;
    return json::string("[" + target + "] " + text);
  }

  Response answer(const Request& request) {
    Response response;
    response.set(http::field::content_type, "application/json");
    if (request.target() == "/languages") {
      response.body() = json::serialize(languages());
    } else {
      const json::object asked = json::parse(request.body()).as_object();
      bool broken = false;
      const json::value translated = translate(asked.at("q"), std::string(asked.at("target").as_string()), broken);
      if (broken) response.result(http::status::internal_server_error);
      response.body() = json::serialize(broken ? json::object{{"error", "it is broken"}}
                                               : json::object{{"translatedText", translated}});
    }
    response.prepare_payload();
    return response;
  }

  void serve(tcp::socket& socket) {
    boost::beast::flat_buffer buffer;
    boost::system::error_code code;
    for (;;) {
      Request request;
      http::read(socket, buffer, request, code);
      if (code) return;
      Response response = answer(request);
      response.keep_alive(request.keep_alive());
      http::write(socket, response, code);
      if (code || !request.keep_alive()) return;
    }
  }

  void accept() {
    for (;;) {
      boost::system::error_code code;
      tcp::socket socket(context);
      acceptor.accept(socket, code);
      if (code || over) return;
      const std::lock_guard lock(mutex);
      sockets.push_back(std::move(socket));
      connections.emplace_back([this, &mine = sockets.back()] { serve(mine); });
    }
  }

  asio::io_context context;
  tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  std::atomic<bool> over = false;
  std::atomic<int> texts = 0;
  std::mutex mutex;
  std::list<tcp::socket> sockets;
  std::list<std::thread> connections;
  std::thread acceptor_thread;
};

FakeLibreTranslate::FakeLibreTranslate() : impl_(std::make_unique<Impl>()) {
  impl_->acceptor_thread = std::thread([this] { impl_->accept(); });
}

FakeLibreTranslate::~FakeLibreTranslate() {
  impl_->over = true;
  boost::system::error_code ignored;
  tcp::socket wake(impl_->context);
  wake.connect(impl_->acceptor.local_endpoint(), ignored);
  impl_->acceptor_thread.join();
  for (tcp::socket& socket : impl_->sockets) socket.shutdown(tcp::socket::shutdown_both, ignored);
  for (std::thread& connection : impl_->connections) connection.join();
}

std::string FakeLibreTranslate::address() const {
  return "http://127.0.0.1:" + std::to_string(impl_->acceptor.local_endpoint().port());
}

int FakeLibreTranslate::texts() const {
  return impl_->texts;
}

}  // namespace rapport::testing
