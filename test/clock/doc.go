// Package clock lets a test move the clock of a program that runs beside it, without a word of it in the program.
//
// The program is compiled with [Flags]: package time of the standard library is then replaced by a copy whose Now adds what
// a file says, and the file is a [Clock]. Without one in its environment the program tells the system's time. Timers,
// time-outs and differences of two readings follow the monotonic clock, as they do when somebody sets the clock of a
// machine.
//
// The compiler keeps what it made of the replaced package, and of all that imports it, in its cache.
package clock
