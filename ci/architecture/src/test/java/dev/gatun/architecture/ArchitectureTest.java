// SPDX-License-Identifier: Apache-2.0
package dev.gatun.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/** The rules of the folder map, over the compiled classes of every module. */
@AnalyzeClasses(packages = "dev.gatun", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private ArchitectureTest() {}

  @ArchTest
  static final ArchRule ONLY_BINDINGS_LINK_NATIVE_CODE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.gatun.bindings..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Linker.class, SymbolLookup.class)
          .orShould()
          .callMethod(System.class, "load", String.class)
          .orShould()
          .callMethod(System.class, "loadLibrary", String.class)
          .because("one module holds every restricted call");

  @ArchTest
  static final ArchRule BINDINGS_KNOW_NOTHING_ABOVE =
      noClasses()
          .that()
          .resideInAPackage("dev.gatun.bindings..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("dev.gatun..")
                  .and(JavaClass.Predicates.resideOutsideOfPackage("dev.gatun.bindings..")));

  @ArchTest
  static final ArchRule API_KNOWS_NO_MODEL_AND_NO_APP =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.gatun.models..", "dev.gatun.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.gatun.models..", "dev.gatun.cli..");

  @ArchTest
  static final ArchRule MODELS_KNOW_NO_APP_AND_NO_BINDING =
      noClasses()
          .that()
          .resideInAPackage("dev.gatun.models..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.gatun.cli..", "dev.gatun.bindings..");

  @ArchTest
  static final ArchRule APPS_KNOW_NO_BINDING =
      noClasses()
          .that()
          .resideInAPackage("dev.gatun.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.gatun.bindings..");

  @ArchTest
  static final ArchRule LAYERS_DO_NOT_SEE_GENERATION =
      noClasses()
          .that()
          .resideInAnyPackage("dev.gatun.nn..", "dev.gatun.ops..", "dev.gatun.tensor..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.gatun.generate..", "dev.gatun.embed..");

  @ArchTest
  static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
      slices().matching("dev.gatun.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule LIBRARIES_DO_NOT_PRINT =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.gatun.cli..", "dev.gatun.bindings.generated..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule LIBRARIES_DO_NOT_EXIT =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.gatun.cli..")
          .should()
          .callMethodWhere(
              target(owner(JavaClass.Predicates.type(System.class)))
                  .and(target(HasName.Predicates.name("exit"))))
          .orShould()
          .callMethodWhere(
              target(owner(nameMatching("java\\.lang\\.Runtime")))
                  .and(target(HasName.Predicates.nameMatching("exit|halt"))));

  @ArchTest
  static final ArchRule NO_MUTABLE_STATIC_FIELDS =
      fields()
          .that()
          .areStatic()
          .and()
          .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC)
          .should()
          .beFinal();
}
