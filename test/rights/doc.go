// Package rights says what each right of the operator is for, in the words of whoever installs it.
//
// The table is the page docs/reference/rights.md, and test/chart takes each right away from a running operator to see that
// the operator asks for it. Nothing of it is part of the operator, which is given its rights by the chart and by config.
package rights
