package com.scaleoutsystems.edge.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The build runs all tests of this module twice: beside the newest and beside the oldest version of OpenTelemetry. */
class OldestVersionTest {

    @Test
    void whatTheModuleCallsIsThere() {
        List<AccessTarget> targets = targets().toList();

        assertThat(targets).hasSizeGreaterThan(10);
        assertThat(targets)
                .filteredOn(target -> target.resolveMember().isEmpty())
                .isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = "library.version", matches = ".+")
    void theVersionIsTheOneThatTheBuildMeans() {
        assertThat(OpenTelemetry.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .endsWith("-" + System.getProperty("library.version") + ".jar");
    }

    private static Stream<AccessTarget> targets() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("com.scaleoutsystems.edge.opentelemetry");
        return classes.stream()
                .flatMap(type -> Stream.concat(
                        type.getAccessesFromSelf().stream().map(JavaAccess::getTarget),
                        Stream.concat(
                                type.getMethodReferencesFromSelf().stream().map(JavaAccess::getTarget),
                                type.getConstructorReferencesFromSelf().stream().map(JavaAccess::getTarget))))
                .map(AccessTarget.class::cast)
                .filter(target -> target.getOwner().getPackageName().startsWith("io.opentelemetry"));
    }
}
