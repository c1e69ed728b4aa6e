#include "knowledge.h"

#include <algorithm>

namespace cudasim {

Moment Knowledge::until(std::uint64_t key) const {
  const auto at = std::lower_bound(items_->begin(), items_->end(), key,
                                   [](const auto& item, std::uint64_t wanted) { return item.first < wanted; });
  return at != items_->end() && at->first == key ? at->second : 0;
}

bool Knowledge::covers(std::uint32_t block, unsigned thread, Moment moment) const {
  return items_ != nullptr && (moment <= until(block_key(block)) || moment <= until(thread_key(block, thread)));
}

void Knowledge::join(const Knowledge& other) {
  if (other.empty() || other.items_ == items_) {
    return;
  }
  if (empty()) {
    items_ = other.items_;
    return;
  }
  add(*other.items_);
}

void Knowledge::add(const std::vector<std::pair<std::uint64_t, Moment>>& items) {
  if (empty()) {
    items_ = std::make_shared<const Items>(items);
    return;
  }
  auto joined = std::make_shared<Items>();
  joined->reserve(items_->size() + items.size());
  auto a = items_->begin();
  auto b = items.begin();
  while (a != items_->end() || b != items.end()) {
    if (b == items.end() || (a != items_->end() && a->first < b->first)) {
      joined->push_back(*a++);
    } else if (a == items_->end() || b->first < a->first) {
      joined->push_back(*b++);
    } else {
      joined->emplace_back(a->first, std::max(a->second, b->second));
      ++a;
      ++b;
    }
  }
  items_ = std::move(joined);
}

Knowledge Knowledge::join_all(const std::vector<const Knowledge*>& parts) {
  Items all;
  const Items* last = nullptr;
  for (const Knowledge* const part : parts) {
    if (!part->empty() && part->items_.get() != last) {
      last = part->items_.get();
      all.insert(all.end(), last->begin(), last->end());
    }
  }
  Knowledge joined;
  if (all.empty()) {
    return joined;
  }
  std::sort(all.begin(), all.end());
  Items highest;
  for (std::size_t i = 0; i < all.size(); i++) {
    if (i + 1 == all.size() || all[i + 1].first != all[i].first) {
      highest.push_back(all[i]);
    }
  }
  joined.items_ = std::make_shared<const Items>(std::move(highest));
  return joined;
}

}  // namespace cudasim
