// How many operations a computation takes, of one number each.
#pragma once

namespace scatterlab {

// Some processors have units of their own for either.
struct Operations {
  double additions = 0;
  double products = 0;  // multiplications and multiply-adds

  constexpr double total() const { return additions + products; }
  constexpr Operations& operator+=(const Operations& other) {
    additions += other.additions, products += other.products;
    return *this;
  }
};

constexpr Operations operator+(Operations a, const Operations& b) { return a += b; }
constexpr Operations operator*(double times, const Operations& one) { return {times * one.additions, times * one.products}; }

}  // namespace scatterlab
