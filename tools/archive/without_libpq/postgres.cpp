// What stands in the place of PostgreSQL where libpq was not there.

#include "archive/database.hpp"

namespace tutti::tool {

Result<std::unique_ptr<Database>> open_postgres(const std::string&) {
  return fail(Fault::system,
              "this build has no PostgreSQL, since libpq was not there when it was configured");
}

}  // namespace tutti::tool
