#include "archive/database.hpp"

namespace tutti::tool {

namespace {

bool is_url(const std::string& name) {
  return name.starts_with("postgresql://") || name.starts_with("postgres://");
}

}  // namespace

Result<std::unique_ptr<Database>> open_database(const std::string& name) {
  return is_url(name) ? open_postgres(name) : open_sqlite(name);
}

std::string shown_database(const std::string& name) {
  if (!is_url(name)) return name;
  std::string shown = name.substr(0, name.find('?'));
  const std::size_t host = shown.find("://") + 3;
  const std::size_t at = shown.rfind('@');
  if (at != shown.npos && at >= host) shown.erase(host, at + 1 - host);
  return shown;
}

}  // namespace tutti::tool
