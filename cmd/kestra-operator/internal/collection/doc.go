// Package collection sets how far the heap grows between two collections of garbage.
package collection
