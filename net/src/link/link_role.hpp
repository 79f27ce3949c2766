#pragma once
// Which side of connections a link is.

namespace tutti::detail {

enum class LinkRole {
  listener,  // others connect to it
  client,    // it connects to others, and answers nobody else
};

}  // namespace tutti::detail
