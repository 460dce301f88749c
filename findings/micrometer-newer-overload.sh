#!/usr/bin/env bash
# One would guess that a library runs beside an older Micrometer if each method that its source calls is as old as Micrometer itself, such
# as MeterRegistry.counter(name, tags) or timer(name, tags). Newer releases have overloads for the class Tags, so the compiler binds the same
# line to another method: the class then fails beside 1.15 (Spring Boot 3.5) with a NoSuchMethodError at its first count, and compiles and
# runs in a build that has the newer release. Meters from builders are there all the same.
# Seen with Micrometer 1.15.12 and 1.17.2 on Java 17.
#
# Whoever publishes meters of a client either calls Counter.builder(...), which binds alike with both, or runs the tests of the compiled
# classes beside the oldest version, too. To compile them again with the old version hides the fault.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cat > "$work/Counts.java" <<'JAVA'
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

public class Counts {
    static String outcome(Runnable meter) {
        try {
            meter.run();
            return "runs";
        } catch (LinkageError failure) {
            return failure.getClass().getSimpleName();
        }
    }

    public static void main(String[] arguments) {
        MeterRegistry registry = new SimpleMeterRegistry();
        Tags tags = Tags.of("kind", "train");
        System.out.println("counter " + outcome(() -> registry.counter("tasks", tags).increment())
                + ", timer " + outcome(() -> registry.timer("times", tags).record(() -> {}))
                + ", builder " + outcome(() -> Counter.builder("built").tags(tags).register(registry).increment()));
    }
}
JAVA

# libraries VERSION
libraries() {
  mkdir -p "$work/$1"
  cat > "$work/$1/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.micrometer</groupId>
      <artifactId>micrometer-core</artifactId>
      <version>$1</version>
    </dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$work/$1/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/$1/lib"
}
libraries 1.15.12
libraries 1.17.2

# check COMPILED RUN EXPECTED
check() {
  javac -d "$work/classes-$1" -cp "$work/$1/lib/*" "$work/Counts.java"
  local seen
  seen="$(java -cp "$work/classes-$1:$work/$2/lib/*" Counts 2>/dev/null)"
  echo "compiled with Micrometer $1, run with $2: $seen"
  [ "$seen" = "$3" ] || { echo "changed: expected $3" >&2; exit 1; }
}
check 1.17.2 1.17.2 "counter runs, timer runs, builder runs"
check 1.17.2 1.15.12 "counter NoSuchMethodError, timer NoSuchMethodError, builder runs"
check 1.15.12 1.15.12 "counter runs, timer runs, builder runs"
check 1.15.12 1.17.2 "counter runs, timer runs, builder runs"
