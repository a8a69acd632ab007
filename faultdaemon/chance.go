package faultdaemon

import "math/rand/v2"

// roll returns a number from 0 to 1 that depends on its arguments and on
// nothing else, so not on what other connections do meanwhile.
func roll(seed uint64, connection int64, exchange, link int) float64 {
	source := stream(seed, connection, exchange, link+1)
	return float64(source.Uint64()>>11) / (1 << 53)
}

// stream returns the source of chance of one decision: 0 is an exchange's own.
func stream(seed uint64, connection int64, exchange, decision int) *rand.PCG {
	return rand.NewPCG(scramble(seed^scramble(uint64(connection))), scramble(uint64(exchange)<<16|uint64(decision)))
}

// scramble spreads numbers that are near each other (the finalizer of
// splitmix64).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
