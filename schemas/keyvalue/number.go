package keyvalue

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// maxNumberLength keeps arithmetic on a hostile number cheap.
const maxNumberLength = 1000

// numberPattern is JSON's grammar of numbers.
var numberPattern = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$`)

func checkNumber(text string) error {
	if len(text) > maxNumberLength || !numberPattern.MatchString(text) {
		return errors.New("the value is not a NUMBER; write one such as 42, -1.5 or 1e3")
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		if isInteger(text) {
			return nil
		}
		return errors.New("the value is not a NUMBER: it is out of range")
	}
	return nil
}

// equalNumbers compares whole numbers exactly, since the server keeps all their digits, and everything else as
// the double that the server makes of it.
func equalNumbers(a, b string) bool {
	if checkNumber(a) != nil || checkNumber(b) != nil {
		return a == b
	}
	if isInteger(a) && isInteger(b) {
		x, okX := new(big.Int).SetString(a, 10)
		y, okY := new(big.Int).SetString(b, 10)
		return okX && okY && x.Cmp(y) == 0
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}

func isInteger(text string) bool { return !strings.ContainsAny(text, ".eE") }
