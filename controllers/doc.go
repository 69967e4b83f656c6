// Package controllers keeps a Kestra server equal to the objects of the three kinds.
//
// One generic loop serves every kind: Reconciler reads the object, and a strategy per kind says what the object
// wants Kestra to hold, looks at what Kestra holds, and writes the difference. An object that the judge of
// schemas/validation refuses is never written. What is about to be written is recorded in status before the
// first write, and only what is recorded there is ever deleted.
//
// The package never writes a spec, never writes to Kestra when nothing differs, and changes objects by patches
// of finalizers and status only. It knows nothing of admission.
package controllers
