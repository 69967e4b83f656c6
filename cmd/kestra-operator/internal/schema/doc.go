// Package schema tells people what is in a catalog: a type with its properties, and what differs between two
// catalogs, such as those of the Kestra before and after an upgrade.
//
// It reads a catalog's saved form and prints; what a flow may contain is judged elsewhere.
package schema
