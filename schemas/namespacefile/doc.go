// Package namespacefile knows which paths of a Kestra namespace a file may have and how large it may be.
//
// A server treats some paths dangerously: deleting an empty one empties the namespace, a path under "_flows"
// imports flows. Admission refuses them by these rules, and the code that writes to Kestra asks again. The
// package talks to no server and never sees a file's bytes.
package namespacefile
