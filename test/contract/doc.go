// Package contract keeps the development Kestra honest: it replays what real Kestra servers were asked, in order,
// and compares status and meaning with what they answered.
//
// By default the replay goes to a fresh development server of each recorded version. With KESTRA_URL set, and
// KESTRA_BASIC_AUTH=user:password or KESTRA_API_KEY, it goes to that real server instead, which must be of a
// recorded version and hold no flows: the replay counts what it finds, writes to namespaces of its own that start
// with "contract", and leaves them behind.
//
// The recordings lie beside the project. Without them the tests skip, and fail when CI=true.
package contract
