// Package chaos shows that nothing is lost and nothing foreign is touched while everything around the operator fails.
//
// Two processes of the real program, with leader election and their own certificate authority, keep a development
// Kestra equal to a real API server. Users change objects and somebody changes what is in Kestra, while processes are
// killed and paused, Kestra and the API server go away and come back, certificates are replaced and clocks jump. After
// each round everything is healed, and a checker compares what the users were told, what the API server holds and what
// Kestra holds: there may be no difference.
//
// What is done follows from a seed, which every run prints; when it is done follows from the machine.
package chaos
